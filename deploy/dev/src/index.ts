export { freePort } from './free-port.js';
export { clientIds, roles, seeds } from './identity/seeds.js';
export type { Client, Scopes, Seeds, User } from './identity/seeds.js';
