import type { Purpose } from '@arrears/contracts';

/**
 * Whether somebody else than the debtor or a liable person may be contacted. Pure, a state machine without memory: its state
 * follows from what is known. It is left for ever by a refusal only.
 *
 *   closed ──debtor can't be reached──▶ open ──he refuses──▶ refused
 *      ▲─────debtor reached again──────────┘
 */
export type ThirdPartyState = 'closed' | 'open' | 'refused';

/** How near somebody stands to the debtor; who is liable is no third party at all. */
export type RelationClass = 'self' | 'liable' | 'family' | 'acquaintance' | 'workplace' | 'unrelated';

export interface ThirdParty {
  relation: RelationClass | null;
  /** He, or whoever has his number, asked not to be contacted about anybody's debt. */
  refused: boolean;
  /** The debtor can be reached, so that nobody else need be. */
  debtorReachable: boolean;
}

/** One purpose: to find the debtor. A question or a complaint of his own may be answered. */
const purposesWithThirdParties: ReadonlySet<Purpose> = new Set(['locate', 'serve', 'complaint-reply']);
const answersHim: ReadonlySet<Purpose> = new Set(['serve', 'complaint-reply']);

export function thirdPartyState({ refused, debtorReachable }: ThirdParty): ThirdPartyState {
  if (refused) return 'refused';
  return debtorReachable ? 'closed' : 'open';
}

export type ThirdPartyAnswer =
  { allowed: true } | { allowed: false; because: 'refused' | 'purpose' | 'no-relation' | 'debtor-reachable' };

/** May he be contacted for this purpose? Every reason that speaks against it, the gravest first. */
export function mayContactThirdParty(third: ThirdParty, purpose: Purpose): ThirdPartyAnswer {
  const state = thirdPartyState(third);
  if (state === 'refused') return { allowed: false, because: 'refused' };
  if (!purposesWithThirdParties.has(purpose)) return { allowed: false, because: 'purpose' };
  if (answersHim.has(purpose)) return { allowed: true };
  if (third.relation === null) return { allowed: false, because: 'no-relation' };
  return state === 'open' ? { allowed: true } : { allowed: false, because: 'debtor-reachable' };
}

/** What may be said to whom: the whole debt, that the debtor is looked for by his bank, or only that he is looked for. */
export function mayKnow(relation: RelationClass | null): 'debt' | 'creditor' | 'nothing' {
  if (relation === 'self' || relation === 'liable') return 'debt';
  return relation === 'family' ? 'creditor' : 'nothing';
}

const family = new Set([
  ...['spouse', 'wife', 'husband', 'partner', 'parent', 'father', 'mother', 'child', 'son', 'daughter'],
  ...['sibling', 'brother', 'sister', 'grandparent', 'grandchild', 'relative', 'family'],
  ...[
    '配偶',
    '妻子',
    '丈夫',
    '父母',
    '父亲',
    '母亲',
    '子女',
    '儿子',
    '女儿',
    '兄弟',
    '姐妹',
    '兄弟姐妹',
    '亲属',
    '家人',
  ],
]);
const workplace = new Set(['employer', 'colleague', 'manager', 'workplace', '雇主', '同事', '上级', '单位']);
const acquaintance = new Set(['friend', 'neighbour', 'neighbor', 'classmate', 'acquaintance', '朋友', '邻居', '同学']);

/** The class of a relation as the bank or a collector wrote it. Null: not known, and then nobody may contact him. */
export function relationClass(role: string | null, relation: string | null): RelationClass | null {
  if (role === 'debtor') return 'self';
  if (role === 'jointGuarantor' || role === 'generalGuarantor' || role === 'coDebtor') return 'liable';
  const word = relation?.normalize('NFKC').trim().toLowerCase() ?? '';
  if (family.has(word)) return 'family';
  if (workplace.has(word)) return 'workplace';
  if (acquaintance.has(word)) return 'acquaintance';
  if (word === '') return null;
  return 'unrelated';
}

export function isThirdParty(relation: RelationClass | null): boolean {
  return relation !== 'self' && relation !== 'liable';
}
