import { addCalendarDays, toLocal } from '@arrears/calendar';
import type { LimitUse } from '@arrears/contracts';

export interface Says {
  zh: string;
  en: string;
}
/** What stands in the way, whoever says it. */
export interface Bar {
  code: string;
  rule?: string;
  step?: string;
  until?: string;
}

/** In the debtor's zone, as people say it: today, tomorrow, else the date. */
export function whenText(until: string, now: string, zone: string): Says {
  if (until === 'never') return { zh: '永不', en: 'never' };
  const at = toLocal(until, zone);
  const today = toLocal(now, zone).date;
  if (at.date === today) return { zh: `今天 ${at.time}`, en: `today ${at.time}` };
  if (at.date === addCalendarDays(today, 1)) return { zh: `明天 ${at.time}`, en: `tomorrow ${at.time}` };
  return { zh: `${at.date} ${at.time}`, en: `${at.date} ${at.time}` };
}

type Text = (bar: Bar) => Says;
const texts: Record<string, Text> = {
  hold: ({ rule }) => ({ zh: `暂停（${rule}）`, en: `a hold (${rule}) stops it` }),
  'promise-open': () => ({ zh: '承诺还款尚未到期', en: 'a promise to pay is not due yet' }),
  gather: () => ({ zh: '等待同一债务人的其他账户汇齐', en: "the debtor's accounts are still being gathered" }),
  spacing: () => ({ zh: '与上一次触达的间隔未满', en: 'the gap to the last contact is not over' }),
  frequency: ({ rule }) => ({ zh: `策略的频次上限（${rule}）`, en: `the policy's limit on ${rule} is reached` }),
  'enough-for-today': () => ({ zh: '今日已开始足够的动作', en: 'enough was begun today' }),
  'mandatory-first': ({ rule, step }) => ({
    zh: `须先完成必做动作 ${rule ?? step ?? ''}`.trim(),
    en: `a mandatory step comes first: ${rule ?? step ?? 'another'}`,
  }),
  pause: () => ({ zh: '上次未能发出，稍后再试', en: 'the last attempt did not leave; it waits before the next' }),
  'step-open': () => ({ zh: '同一动作正在进行', en: 'the same work is still under way' }),
  'cycle-ended': () => ({ zh: '催收周期已结束，等待延期', en: 'the cycle is over and nobody has extended it' }),
  'gate-not-met': () => ({ zh: '策略的前置条件未满足', en: 'a condition of the policy is not met' }),
  'gate-unknown': () => ({ zh: '策略的前置条件缺少事实', en: 'a fact is missing for a condition of the policy' }),
  'limitation-expired': () => ({ zh: '诉讼时效已届满', en: 'the limitation period has expired' }),
  denied: ({ rule }) => ({ zh: `触达许可被拒（${rule}）`, en: `the gate said no (${rule})` }),
};

/** Until when is part of the sentence, where anybody knows it. */
export function barText(bar: Bar, now: string, zone: string): Says {
  const said = texts[bar.code]?.(bar) ?? {
    zh: [bar.code, bar.rule].filter(Boolean).join(' '),
    en: [bar.code, bar.rule].filter(Boolean).join(' '),
  };
  if (bar.until === undefined) return said;
  if (bar.until === 'never') return { zh: `${said.zh}，不会解除`, en: `${said.en}, for ever` };
  const when = whenText(bar.until, now, zone);
  return { zh: `${said.zh}，至${when.zh}`, en: `${said.en}, until ${when.en}` };
}

/** What limits count, as people call it. */
const counted: Record<string, Says> = {
  dialPlaced: { zh: '拨打', en: 'dials' },
  dialUnanswered: { zh: '未接通拨打', en: 'unanswered dials' },
  conversation: { zh: '通话', en: 'conversations' },
  effectiveCall: { zh: '有效通话', en: 'effective calls' },
  smsSent: { zh: '短信', en: 'messages' },
  smsDelivered: { zh: '送达短信', en: 'delivered messages' },
  letterPosted: { zh: '信函', en: 'letters' },
  letterDelivered: { zh: '送达信函', en: 'delivered letters' },
  visitMade: { zh: '上门', en: 'visits' },
  thirdPartyContact: { zh: '第三人联系', en: 'contacts with third persons' },
  inboundCall: { zh: '来电', en: 'inbound calls' },
  anyContact: { zh: '触达', en: 'contacts' },
};

/** `2 of 3 effective calls today used`; what the rule itself says stands beside it where the days are not told. */
export function limitText({ zh, en, events, used, max, days }: LimitUse): Says {
  const names = events.map((event) => counted[event] ?? { zh: event, en: event });
  const what = { zh: names.map((name) => name.zh).join('、'), en: names.map((name) => name.en).join(', ') };
  if (days === undefined)
    return { zh: `${what.zh}已用 ${used}/${max}（${zh}）`, en: `${used} of ${max} ${what.en} used (${en})` };
  const over = days === 1 ? { zh: '今日', en: 'today' } : { zh: `${days} 日内`, en: `in ${days} days` };
  return { zh: `${over.zh}${what.zh}已用 ${used}/${max}`, en: `${used} of ${max} ${what.en} ${over.en} used` };
}

/** When it could be, as the last words of a sentence. */
export function possibleText(at: string | null, now: string, zone: string): Says {
  if (at === null) return { zh: '何时可行未知', en: 'when it becomes possible is not known' };
  if (at === 'never') return { zh: '不可行', en: 'not possible' };
  if (Date.parse(at) <= Date.parse(now)) return { zh: '现在可行', en: 'possible now' };
  const when = whenText(at, now, zone);
  return { zh: `最早${when.zh}`, en: `next possible ${when.en}` };
}
