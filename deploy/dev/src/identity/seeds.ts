/** One role of the practice a login, named like it: who tries the local stack sees at once what each may do. */
const titles = {
  collector: '电催员',
  visitCollector: '外访员',
  admin: '行政辅助',
  supervisor: '催收主管',
  manager: '经理',
  headOffice: '总公司',
  legal: '法务',
  compliance: '合规',
  quality: '质检',
  complaints: '投诉处理',
  policyAuthor: '策略编写',
  clientOfficer: '委托方',
  agency: '委外机构',
  lawFirm: '律师事务所',
  auditor: '审计',
  sre: '运维',
  bankSystem: '银行系统',
} as const;
export const roles = Object.keys(titles) as readonly (keyof typeof titles)[];

export interface Scopes {
  agreements: string[] | 'all';
  scope: 'all' | 'agreement';
}
export interface User {
  username: string;
  /** As the console shows it: a synthetic person is called by his work. */
  name: string;
  password: string;
  roles: string[];
  scopes: Scopes;
}
export interface Client {
  clientId: string;
  clientSecret: string;
  roles: string[];
  scopes: Scopes;
  /** Where people come back to after logging in with the code flow; absent: the program never asks people. */
  redirectUris?: string[];
  postLogoutRedirectUris?: string[];
}
export interface Seeds {
  users: User[];
  clients: Client[];
}

const everything: Scopes = { agreements: 'all', scope: 'all' };
const nothing: Scopes = { agreements: [], scope: 'agreement' };
const clientRoles: Record<string, string[]> = {
  'service-cases': ['service'],
  'service-contacts': ['service'],
  'service-notifications': ['service'],
  'bank-system': ['bankSystem'],
  // It has no rights of its own: it asks with the token of the person in front of it.
  console: [],
  'operator-cli': ['admin', 'supervisor', 'compliance', 'policyAuthor', 'auditor', 'sre'],
};
export const clientIds = Object.keys(clientRoles);

/**
 * The local provider's people and programs. One password for all people, as it is printed at the start.
 * @param consoleUrl where the console is reached; without it nobody can log in there
 */
export function seeds(password: string, clientSecrets: Record<string, string>, consoleUrl?: string): Seeds {
  return {
    users: roles.map((role) => ({
      username: role,
      name: titles[role],
      password,
      roles: [role],
      scopes: everything,
    })),
    clients: Object.entries(clientRoles).map(([clientId, granted]) => {
      const clientSecret = clientSecrets[clientId];
      if (!clientSecret) throw new Error(`no secret for the client ${clientId}`);
      const client = { clientId, clientSecret, roles: granted, scopes: everything };
      if (clientId !== 'console') return client;
      return { ...client, scopes: nothing, ...(consoleUrl === undefined ? {} : comesBackTo(consoleUrl)) };
    }),
  };
}

const comesBackTo = (consoleUrl: string): Pick<Client, 'redirectUris' | 'postLogoutRedirectUris'> => ({
  redirectUris: [`${consoleUrl}/session/callback`],
  postLogoutRedirectUris: [`${consoleUrl}/`],
});
