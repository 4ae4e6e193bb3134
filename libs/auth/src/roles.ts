/** Who works with Arrears. A token may carry several; `service` is one of our own processes. */
export const roles = [
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
  'policyAuthor',
  'clientOfficer',
  'agency',
  'lawFirm',
  'auditor',
  'sre',
  'bankSystem',
  'service',
] as const;
export type Role = (typeof roles)[number];

export function isRole(name: unknown): name is Role {
  return typeof name === 'string' && roles.some((role) => role === name);
}
