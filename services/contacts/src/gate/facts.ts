import type { Contactor, CountedEvent } from '@arrears/compliance';
import type { CaseFacts } from '@arrears/contracts';
import type { PersonStatus } from '../persons/status.js';
import type { StopOrder } from '../stop-orders/stop-order.js';
import type { Reach } from '../third-parties/unreachable.js';

/** All that the gate knows when it answers, read under the lock of the person's ledger. Times are ISO instants. */
export interface GateFacts {
  /** Business now. */
  now: string;
  /** Orders that are in force. */
  stops: readonly StopOrder[];
  /** Null: nothing was heard of this case yet. */
  case: CaseFacts | null;
  /** Age of the last heartbeat on the case's partition in real milliseconds; null: none ever came. */
  heartbeatAgeMs: number | null;
  /** A fact about this case lies parked in the inbox: nobody knows what it would change. */
  parked: boolean;
  person: GatePerson | null;
  /** Of the points asked for, those that are known, in the order of the request. */
  points: readonly GatePoint[];
  /** Everything counted, of this human under whatever id as if it had happened to the person asked for. */
  events: readonly CountedEvent[];
  /** When he last got in touch himself. */
  lastInboundAt: string | null;
  actor: GateActor;
  /** How the debtor can be reached; asked only when somebody else is to be contacted. */
  debtor: Reach | null;
  /** Public holidays around now, of the agreement's jurisdiction. */
  holidays: readonly string[];
  jurisdiction: string | null;
  /** As whom we contact under this agreement, when we do it ourselves. */
  actsAs: Contactor;
}

export interface GatePerson {
  role: string | null;
  relation: string | null;
  timeZone: string | null;
  language: string | null;
  /** The gravest of all ids of this human. */
  status: PersonStatus;
  /** Nobody may ever contact him. */
  barred: boolean;
  /** Asked not to be contacted about somebody else's debt. */
  refused: boolean;
  /** Consents in force under the agreement; `pointId` null = for all his points. */
  consents: readonly { kind: string; pointId: string | null }[];
  /** Channels, or `all`, on which he demanded in writing that contact cease. */
  ceased: readonly string[];
  /** He has another phone that works and is not his workplace's. */
  hasOtherPoint: boolean;
}

export interface GatePoint {
  contactPointId: string;
  kind: 'mobile' | 'landline' | 'email' | 'address';
  /** Blind index in hex: the same for the same number. */
  number: string;
  place: string;
  reserved: boolean;
  valid: 'yes' | 'no' | 'unknown';
  optedOut: readonly string[];
  /** Why nobody dials this number any more, whoever it is given for. */
  bars: readonly ('wrong-person' | 'third-party-refused')[];
}

/** Who makes the contact. Of a person nobody qualified nothing is known. */
export type GateActor =
  | { kind: 'machine'; agency: GateAgency | null }
  | { kind: 'human'; trainedUntil: string | null; violentRecord: boolean | null; agency: GateAgency | null };
/** `known` false: nobody ever entered it. */
export type GateAgency =
  | { known: false }
  | {
      known: true;
      listed: boolean;
      published: boolean;
      inspectedUntil: string | null;
      evaluatedUntil: string | null;
      contractTerms: readonly string[];
    };
