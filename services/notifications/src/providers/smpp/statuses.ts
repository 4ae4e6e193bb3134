import smpp from 'smpp';

/**
 * What a command status of `submit_sm_resp` says of the message. Everything but `accepted` and `unknown` means: it surely
 * was not taken. `no-such-number`: nobody has it. `unbound`: this session may not submit.
 */
export type StatusMeaning =
  'accepted' | 'throttled' | 'message' | 'no-such-number' | 'provider' | 'unbound' | 'unknown';

const named: Record<Exclude<StatusMeaning, 'unknown'>, string[]> = {
  accepted: ['ESME_ROK'],
  throttled: ['ESME_RTHROTTLED', 'ESME_RMSGQFUL'],
  message: ['ESME_RINVDSTTON', 'ESME_RINVDSTNPI', 'ESME_RINVMSGLEN', 'ESME_RINVNUMDESTS'],
  'no-such-number': ['ESME_RINVDSTADR'],
  // Our account, our parameters, what this centre offers: another one could take the same message.
  provider: [
    'ESME_RINVCMDLEN',
    'ESME_RINVCMDID',
    'ESME_RINVPRTFLG',
    'ESME_RINVREGDLVFLG',
    'ESME_RINVSRCADR',
    'ESME_RINVSRCTON',
    'ESME_RINVSRCNPI',
    'ESME_RINVSYSTYP',
    'ESME_RINVSERTYP',
    'ESME_RINVESMCLASS',
    'ESME_RINVREPFLAG',
    'ESME_RINVSCHED',
    'ESME_RINVEXPIRY',
    'ESME_RINVDFTMSGID',
    'ESME_RINVDCS',
    'ESME_RSUBMITFAIL',
    'ESME_RINVTLVSTREAM',
    'ESME_RTLVNOTALLWD',
    'ESME_RINVTLVLEN',
    'ESME_RMISSINGTLV',
    'ESME_RINVTLVVAL',
    'ESME_RSERTYPUNAUTH',
    'ESME_RPROHIBITED',
    'ESME_RSERTYPUNAVAIL',
    'ESME_RSERTYPDENIED',
  ],
  unbound: ['ESME_RINVBNDSTS', 'ESME_RBINDFAIL', 'ESME_RINVPASWD', 'ESME_RINVSYSID'],
};

const meanings = new Map<number, StatusMeaning>();
for (const [meaning, names] of Object.entries(named))
  for (const name of names) {
    const code = smpp.errors[name];
    if (code === undefined) throw new Error(`No SMPP status ${name}`);
    meanings.set(code, meaning as StatusMeaning);
  }

/**
 * A system error (`ESME_RSYSERR`), `ESME_RUNKNOWNERR` or a number nobody agreed on with us says nothing: centres answer
 * so, too, after they have stored the message.
 * @param agreed meanings of the centre's own numbers, by number in decimal
 */
export function meaningOf(
  status: number,
  agreed: Readonly<
    Record<string, Extract<StatusMeaning, 'throttled' | 'message' | 'no-such-number' | 'provider'>>
  > = {},
): StatusMeaning {
  return agreed[String(status)] ?? meanings.get(status) ?? 'unknown';
}

/** For logs and the message's record: `smpp-0x0000000b`. */
export const statusCode = (status: number): string => `smpp-0x${status.toString(16).padStart(8, '0')}`;
