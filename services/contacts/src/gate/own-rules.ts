import type { Denial } from '@arrears/compliance';
import type { PermitRequest } from '@arrears/contracts';
import { allowsPurpose, isNeverContacted } from '../persons/status.js';
import { isThirdParty, mayContactThirdParty, relationClass } from '../third-parties/third-party.js';
import type { GateFacts, GatePerson } from './facts.js';

/**
 * What the gate asks beside the packs: rules about persons that are no numbers and hold in every jurisdiction. None of them
 * ends by itself: somebody must change a fact first.
 */
export const serveWindowMs = 24 * 3_600_000;

export const ownRuleIds = [
  'HOLD',
  'NEVER-CONTACT',
  'NO-USABLE-POINT',
  'PERSON-STATUS',
  'SERVE-WINDOW',
  'THIRD-PARTY-REFUSED',
  'THIRD-PARTY-PURPOSE',
  'THIRD-PARTY-RELATION',
  'THIRD-PARTY-DEBTOR-REACHABLE',
] as const;
type OwnRule = Exclude<(typeof ownRuleIds)[number], 'HOLD' | 'NEVER-CONTACT'>;

interface Texts {
  article: { zh: string; en: string };
  zh: string;
  en: string;
}
const texts: Readonly<Record<OwnRule, Texts>> = {
  'NO-USABLE-POINT': {
    article: { zh: '联系方式', en: 'contact points' },
    zh: '没有可用的联系方式：号码无效、已停用、已退订或不适用于该渠道',
    en: 'No usable contact point: invalid, barred, opted out, or of a kind this channel cannot use',
  },
  'PERSON-STATUS': {
    article: { zh: '人员状态', en: 'status of the person' },
    zh: '该人员的状态（已委托代理人、无行为能力、疑似死亡或已故）不允许此目的的触达',
    en: 'The status of the person (represented, unable to act, said to be dead, dead) does not allow this purpose',
  },
  'SERVE-WINDOW': {
    article: { zh: '24小时内答复', en: 'answers within 24 hours' },
    zh: '答复须在其本人来电或来信后24小时内',
    en: 'He may be answered within 24 hours after he got in touch himself',
  },
  'THIRD-PARTY-REFUSED': {
    article: { zh: '第三人：拒绝', en: 'third parties: refusal' },
    zh: '该第三人已拒绝联系，任何案件均不得再联系',
    en: 'This third person refused: never again, in any case of anyone',
  },
  'THIRD-PARTY-PURPOSE': {
    article: { zh: '第三人：目的', en: 'third parties: purpose' },
    zh: '对第三人仅可询问债务人的联系方式',
    en: "A third person may only be asked for the debtor's contact",
  },
  'THIRD-PARTY-RELATION': {
    article: { zh: '第三人：关系', en: 'third parties: relation' },
    zh: '未记录该第三人与债务人的关系',
    en: 'It is not recorded what this third person is to the debtor',
  },
  'THIRD-PARTY-DEBTOR-REACHABLE': {
    article: { zh: '第三人：失联在先', en: 'third parties: unreachable first' },
    zh: '债务人可联系：须其号码无效或连续三次联系失败后方可联系第三人',
    en: 'The debtor can be reached: third persons only after his number is invalid or three tries in a row failed',
  },
};

export function ownDenial(rule: OwnRule): Denial {
  const { article, zh, en } = texts[rule];
  const citation = {
    ...{ document: 'Contact gate', article: article.en },
    zh: { document: '触达网关', article: article.zh },
  };
  return { rule, pack: 'gate', packVersion: '2', severity: 'house', citation, zh, en, until: 'never' };
}

/** Every own rule that speaks against contacting this person for this purpose now. */
export function ownDenials(
  { purpose }: Pick<PermitRequest, 'purpose'>,
  person: GatePerson,
  facts: Pick<GateFacts, 'now' | 'lastInboundAt' | 'debtor' | 'points'>,
): Denial[] {
  const denied: OwnRule[] = [];
  // Whom nobody may ever contact is denied as such, by every rule of his status at once.
  if (!isNeverContacted(person.status) && !allowsPurpose(person.status, purpose)) denied.push('PERSON-STATUS');
  if (purpose === 'serve' && !gotInTouch(facts)) denied.push('SERVE-WINDOW');
  const third = thirdPartyDenial(purpose, person, facts);
  if (third !== null) denied.push(third);
  return denied.map(ownDenial);
}

function gotInTouch({ now, lastInboundAt }: Pick<GateFacts, 'now' | 'lastInboundAt'>): boolean {
  if (lastInboundAt === null) return false;
  const age = Date.parse(now) - Date.parse(lastInboundAt);
  return age >= 0 && age < serveWindowMs;
}

const thirdPartyRules = {
  refused: 'THIRD-PARTY-REFUSED',
  purpose: 'THIRD-PARTY-PURPOSE',
  'no-relation': 'THIRD-PARTY-RELATION',
  'debtor-reachable': 'THIRD-PARTY-DEBTOR-REACHABLE',
} as const;

function thirdPartyDenial(
  purpose: PermitRequest['purpose'],
  person: GatePerson,
  { debtor, points }: Pick<GateFacts, 'debtor' | 'points'>,
): OwnRule | null {
  const relation = relationClass(person.role, person.relation);
  if (!isThirdParty(relation)) return null;
  // Contact persons have another id in each loan that names them: the number tells that it is the same man.
  const refused = person.refused || points.some(({ bars }) => bars.includes('third-party-refused'));
  const answer = mayContactThirdParty({ relation, refused, debtorReachable: debtor?.reachable ?? true }, purpose);
  return answer.allowed ? null : thirdPartyRules[answer.because];
}
