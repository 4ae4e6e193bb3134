/** One role of the practice a login, named like it: who tries the local stack sees at once what each may do. */
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
] as const;

export interface Scopes {
  agreements: string[] | 'all';
  scope: 'all' | 'agreement';
}
export interface User {
  username: string;
  password: string;
  roles: string[];
  scopes: Scopes;
}
export interface Client {
  clientId: string;
  clientSecret: string;
  roles: string[];
  scopes: Scopes;
}
export interface Seeds {
  users: User[];
  clients: Client[];
}

const everything: Scopes = { agreements: 'all', scope: 'all' };
const clientRoles: Record<string, string[]> = {
  'service-cases': ['service'],
  'service-contacts': ['service'],
  'service-notifications': ['service'],
  'bank-system': ['bankSystem'],
  'operator-cli': ['admin', 'supervisor', 'compliance', 'policyAuthor', 'auditor', 'sre'],
};
export const clientIds = Object.keys(clientRoles);

/** The local provider's people and programs. One password for all people, as it is printed at the start. */
export function seeds(password: string, clientSecrets: Record<string, string>): Seeds {
  return {
    users: roles.map((role) => ({ username: role, password, roles: [role], scopes: everything })),
    clients: Object.entries(clientRoles).map(([clientId, granted]) => {
      const clientSecret = clientSecrets[clientId];
      if (!clientSecret) throw new Error(`no secret for the client ${clientId}`);
      return { clientId, clientSecret, roles: granted, scopes: everything };
    }),
  };
}
