import { deflateRawSync, inflateRawSync } from 'node:zlib';

/**
 * Decisions and snapshots are small JSON texts that look alike, so most of their bytes are words that all of them use.
 * A dictionary of those words halves what a row takes. It is part of the stored format: never edit a version, add one.
 */
const dictionaries: readonly Buffer[] = [
  Buffer.from(
    [
      '"denials":[],"counters":[],"proofs":[],"assessments":[],"callbacks":[],"questions":[],"promises":[],"plans":[]',
      '"approvals":[],"instructions":[],"matters":[],"placements":[],"holds":[],"clientWishes":[],"continues":[]',
      '{"shape":1,"caseId":"","caseSeq":1,"agreementId":"AGR-","clientZone":"Asia/Shanghai","knownAt":"2026-',
      '"openedOn":"2026-","stage":"reminder","level":"normal","cycle":{"no":1,"startedOn":"2026-"},"keyMonitored":false',
      '"persons":[{"personId":"","role":"debtor","accounts":[""],"zone":"Asia/Shanghai","language":"zh-CN","status":"normal"',
      '"neverContact":false,"contactability":"untested","points":[{"id":"","channel":"sms","reserved":false,"valid":"unknown","optedOut":[]}',
      '{"id":"","channel":"call","reserved":false,"valid":"unknown","optedOut":[]},"preferred":[]}]',
      '"accounts":[{"accountId":"","accountVersion":1,"pin":{"policyId":"consumer-unsecured","version":1},"joinedAt":"2026-',
      '"product":"consumer-loan","status":"open","stage":"reminder","earliestUnpaidDue":"2026-","missedMinimums":1,"class":"special-mention"',
      '"principal":{"minor":"","currency":"CNY"},"interest":{"minor":"","currency":"CNY"},"fees":{"minor":"","currency":"CNY"}',
      '"overdue":{"minor":"","currency":"TWD"},"secured":false,"unpaid":[{"due":"2026-","amount":{"minor":"","currency":"TWD"}}]',
      '"guarantee":[],"attributes":{"branch":""},"lastPayment":{"valueDate":"2026-","receivedAt":"2026-","amount":{"minor":"","currency":"CNY"},"by":"debtor","final":true}',
      '"steps":[{"effectKey":"/reminder-1/1","step":"reminder-1","covers":[""],"occurrence":1,"plannedAt":"2026-","endedAt":"2026-","outcome":"done","anchor":"2026-","policyVersion":1}]',
      '{"decision":{"planner":"","policies":[{"policyId":"","version":1}],"calendarVersions":{"cn":"2026.1"},"snapshotHash":"","decidedFor":"2026-',
      '"effects":[{"effectKey":"","step":"reminder-1","occurrence":1,"covers":[""],"anchor":"2026-","policyVersion":1,"expects":{"caseSeq":1},"notBefore":"2026-","notAfter":"2026-',
      '"why":{"code":"due","step":"","facts":{"treatmentDay":"1","dpd":"1"}},"do":"send","channel":"sms","personId":"","points":[""],"purpose":"collect","template":"reminder-1","spread":true}]',
      '"cancel":[],"move":{"stage":"reminder","level":"normal","accounts":[{"accountId":"","stage":"reminder"}]},"exits":[],"closeCase":false,"deadlines":[{"key":"","of":"","at":"2026-","warnAt":"2026-","owner":"supervisor","escalate":[{"at":"2026-","to":"manager"}]}]',
      '"wakeAt":"2026-","upcoming":[{"step":"","covers":[""],"earliest":"2026-","blockedBy":[{"code":"not-due","step":"","facts":{}}]}],"lapsed":[],"attention":[]}',
      '"result":{"decisionNo":1,"stage":"reminder","branch":"","perform":[{"do":"queue-message","summary":"","message":{"effectKey":"","step":"","caseId":"","agreementId":"","debtorId":"","personId":"","contactPointIds":[""],"channel":"sms","purpose":"collect","templateId":"","covers":[""],"expects":{"caseSeq":1},"notBefore":"","notAfter":"","spread":true}}],',
      '"sleepUntil":17,"wakeAt":"2026-","closed":null,"upTo":1,"why":[""],"planner":"","policies":[""],"calendars":["cn 2026.1"]}}.000Z"',
    ].join(','),
  ),
];
const newest = dictionaries.length - 1;

/** First byte: the dictionary's version. */
export function pack(value: unknown): Buffer {
  const dictionary = dictionaries[newest] as Buffer;
  const body = deflateRawSync(Buffer.from(JSON.stringify(value)), { level: 9, dictionary });
  return Buffer.concat([Buffer.from([newest]), body]);
}

/** @throws RangeError for a version that this build does not know */
export function unpack<Value>(packed: Buffer): Value {
  const dictionary = dictionaries[packed[0] ?? -1];
  if (dictionary === undefined) throw new RangeError('packed with a dictionary that this build does not have');
  return JSON.parse(inflateRawSync(packed.subarray(1), { dictionary }).toString('utf8')) as Value;
}
