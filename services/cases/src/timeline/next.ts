import type { PermitPreview } from '@arrears/contracts';
import type { CaseRow } from '../cases/case.store.js';
import type { StoredDecision } from '../decisions/decision.store.js';
import type { NextStanding } from './next.store.js';
import type { Planned } from './planned.js';
import { barText, limitText, possibleText, type Bar, type Says } from './sentences.js';

/** `away`: the gate did not answer; `not-asked`: nothing planned would pass through it. */
export type GateState = 'answered' | 'away' | 'not-asked';

export interface NextInput {
  row: CaseRow;
  last: StoredDecision | null;
  standing: NextStanding;
  planned: readonly Planned[];
  preview: PermitPreview | null;
  /** Business time, and the zone in which people read it. */
  now: string;
}

/** What comes next: when, on what channel, and what stands in its way until when, in words too. */
export function nextOf(of: NextInput) {
  const { row, last, standing, planned } = of;
  const { openSteps, denials, holds } = standing;
  const common = { caseId: row.case_id, status: row.status, underWay: openSteps };
  if (row.status === 'closed')
    return { ...common, wakeAt: null, gate: 'not-asked' as GateState, upcoming: [], holds: [], attention: [] };
  const decision = last?.decision;
  return {
    ...common,
    decidedFor: decision?.decidedFor ?? null,
    decisionNo: last?.result.decisionNo ?? null,
    wakeAt: last?.result.wakeAt ?? null,
    gate: gateState(of),
    upcoming: planned.map((one) => stepView(one, of)),
    holds,
    denials,
    attention: decision?.attention ?? [],
    deadlines: decision?.deadlines ?? [],
  };
}

function gateState({ planned, preview }: NextInput): GateState {
  if (planned.every((one) => one.ask === null)) return 'not-asked';
  return preview === null ? 'away' : 'answered';
}

type Answer = PermitPreview['answers'][number];

function stepView(one: Planned, of: NextInput) {
  const { now, row } = of;
  const zone = row.time_zone;
  const answer = one.ask === null ? null : (of.preview?.answers.find(({ key }) => key === one.key) ?? null);
  // What the gate said last is old news once it has answered anew.
  const denials = answer === null ? of.standing.denials.filter((denial) => denial.step === one.step) : [];
  const blockedBy: Bar[] = [...one.blockedBy, ...denials.map(({ rule, until }) => ({ code: 'denied', rule, until }))];
  const known = denials.map(({ until }) => until).reduce(later, one.earliest);
  const possible = laterOf(known, answer?.earliest ?? null, answer);
  const says = [
    ...blockedBy.map((bar) => barText(bar, now, zone)),
    ...(answer === null ? [] : answerTexts(answer)),
    ...(one.unreachable ? [noPoint] : []),
    possibleText(possible, now, zone),
    ...(one.ask !== null && answer === null ? [away] : []),
  ];
  return {
    step: one.step,
    state: one.state,
    channel: one.channel,
    covers: one.covers,
    earliest: one.earliest,
    possible,
    blockedBy,
    gate: answer === null ? null : { verdict: answer.verdict, denials: answer.denials, limits: answer.limits },
    says: { zh: says.map(({ zh }) => zh).join('；'), en: says.map(({ en }) => en).join('; ') },
  };
}

const away: Says = {
  zh: '触达许可暂时无法查询，以上仅为案件自身所知',
  en: 'the gate does not answer: this is what the case itself knows',
};
const noPoint: Says = { zh: '没有可用的联系方式', en: 'there is no contact point for it' };

/** The stricter of plan and gate; `never` and an unknown time win over any date. */
function laterOf(planned: string, gate: string | null, answer: Answer | null): string | null {
  if (answer === null || answer.verdict === 'granted') return gate === null ? planned : later(planned, gate);
  return gate === null ? null : later(planned, gate);
}
const later = (a: string, b: string): string =>
  a === 'never' || b === 'never' ? 'never' : Date.parse(b) > Date.parse(a) ? b : a;

function answerTexts(answer: Answer): Says[] {
  const said: Says[] = answer.denials.map(({ zh, en, rule }) => ({ zh: `${zh}（${rule}）`, en: `${en} (${rule})` }));
  said.push(...answer.limits.filter(({ used }) => used > 0).map(limitText));
  if (answer.verdict === 'stopped') said.push({ zh: '停发指令生效中', en: 'a stop order is in force' });
  if (answer.verdict === 'facts-behind')
    said.push({ zh: '许可服务尚未收到案件的最新事实', en: 'the gate has not yet heard the latest of this case' });
  if (answer.verdict === 'stale')
    said.push({ zh: '案件已变化，将重新计划', en: 'the case has moved on and is planned anew' });
  return said;
}
