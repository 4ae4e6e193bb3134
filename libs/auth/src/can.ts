import type { Actor } from './actor.js';
import type { Role } from './roles.js';

const readers = [
  'collector',
  'visitCollector',
  'admin',
  'supervisor',
  'manager',
  'headOffice',
  'legal',
  'compliance',
  'quality',
  'complaints',
  'clientOfficer',
  'auditor',
] as const satisfies readonly Role[];
const leaders = ['supervisor', 'manager', 'headOffice'] as const satisfies readonly Role[];

/**
 * The one table of who may do what. Routes name an action of it (`@Allow('case.read')`), tests walk through it. Scope
 * (which agreements) is asked separately, at the row.
 */
export const can = {
  'agreement.create': ['admin', 'manager', 'headOffice'],
  'agreement.read': [...readers, 'policyAuthor', 'sre', 'bankSystem'],
  'import.create': ['admin', 'bankSystem'],
  'import.read': ['admin', 'supervisor', 'clientOfficer', 'auditor', 'bankSystem'],
  'case.read': [...readers],
  'case.timeline': [...readers],
  'case.next': [...readers, 'policyAuthor'],
  'case.wake': ['supervisor', 'sre'],
  'case.recall': [...leaders, 'clientOfficer'],
  'journal.read': ['supervisor', 'manager', 'headOffice', 'compliance', 'legal', 'auditor'],
  'journal.verify': ['compliance', 'auditor', 'sre'],
  'hold.read': [...readers],
  'hold.place': ['collector', 'supervisor', 'manager', 'compliance', 'complaints', 'legal'],
  'hold.lift': ['supervisor', 'manager', 'compliance', 'complaints', 'legal'],
  'review.read': [...readers],
  'review.answer': [...leaders],
  'command.read': [...readers, 'policyAuthor', 'sre'],
  'policy.read': [...readers, 'policyAuthor'],
  'policy.check': ['policyAuthor', 'manager', 'headOffice', 'compliance'],
  'policy.publish': ['policyAuthor', 'headOffice'],
  'policy.approve': ['manager', 'headOffice', 'compliance'],
  'policy-move.read': ['supervisor', 'manager', 'headOffice', 'compliance', 'auditor', 'policyAuthor'],
  'policy-move.request': ['policyAuthor', 'manager', 'headOffice'],
  'policy-move.approve': ['manager', 'headOffice', 'compliance'],
  'policy-move.cancel': ['policyAuthor', 'manager', 'headOffice', 'compliance'],
  'parked.read': ['admin', 'supervisor', 'auditor', 'sre'],
  'parked.replay': ['admin', 'supervisor', 'sre'],
  'permit.request': ['service'],
  'permit.commit': ['service'],
  'permit.release': ['service'],
  'permit.preview': ['service', 'supervisor', 'compliance'],
  'contact-point.invalidate': ['collector', 'visitCollector', 'admin', 'supervisor', 'quality', 'complaints'],
  'person-status.change': ['collector', 'visitCollector', 'supervisor', 'legal', 'compliance', 'complaints'],
  'person-status.decide': ['supervisor', 'manager', 'legal', 'compliance'],
  'person-merge.read': ['supervisor', 'manager', 'compliance', 'auditor'],
  'person-merge.request': ['supervisor', 'compliance'],
  'person-merge.decide': ['supervisor', 'manager', 'compliance'],
  'third-party.refuse': ['collector', 'visitCollector', 'supervisor', 'complaints', 'compliance'],
  'consent.record': ['collector', 'visitCollector', 'supervisor', 'complaints', 'compliance'],
  'consent.withdraw': ['collector', 'visitCollector', 'supervisor', 'complaints', 'compliance'],
  'cease-demand.record': ['collector', 'visitCollector', 'admin', 'supervisor', 'complaints', 'compliance'],
  'cease-demand.withdraw': ['supervisor', 'complaints', 'compliance'],
  'inbound.record': ['collector', 'supervisor', 'complaints'],
  'stop-order.read': [...leaders, 'compliance', 'complaints', 'auditor', 'clientOfficer', 'sre'],
  'stop-order.request': [...leaders, 'compliance', 'clientOfficer', 'sre'],
  'stop-order.decide': [...leaders, 'compliance'],
  'stop-order.lift': ['manager', 'headOffice', 'compliance'],
  'qualification.read': ['supervisor', 'manager', 'headOffice', 'compliance', 'quality', 'auditor'],
  'qualification.change': ['manager', 'headOffice', 'compliance'],
  'agency.change': ['headOffice', 'compliance'],
  'person.read': [...readers],
  'person.search': ['collector', 'supervisor', 'compliance', 'complaints', 'auditor'],
  'contact-record.read': [...readers],
  'rule-pack.read': [...readers, 'policyAuthor'],
  'rule-pack.shadow': ['policyAuthor', 'headOffice', 'compliance'],
  'agreement-rules.read': [...readers, 'policyAuthor'],
  'agreement-rules.change': ['headOffice', 'compliance'],
  // By a second person, whatever his roles.
  'agreement-rules.decide': ['headOffice', 'compliance'],
  'message.read': [...readers],
  'message.settle': ['supervisor', 'compliance'],
  'inbound.read': ['supervisor', 'manager', 'compliance', 'complaints', 'auditor'],
  'template.read': [...readers, 'policyAuthor'],
  'template.preview': ['policyAuthor', 'headOffice', 'compliance', 'legal'],
  'template.write': ['policyAuthor', 'headOffice'],
  'template.submit': ['policyAuthor', 'headOffice'],
  // By a second person, whatever his roles.
  'template.approve': ['compliance', 'headOffice'],
  'template.retire': ['policyAuthor', 'headOffice', 'compliance'],
} as const satisfies Record<string, readonly Role[]>;

export type Action = keyof typeof can;

/** Whether one of the actor's roles may do it. Nobody may do an action that is not in the table. */
export function may(actor: Pick<Actor, 'roles'>, action: Action): boolean {
  const allowed: readonly Role[] = can[action];
  return actor.roles.some((role) => allowed.includes(role));
}
