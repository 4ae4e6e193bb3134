export { Allow, Authenticated, CurrentActor, Open, Roles, ServiceOnly, accessKey, type Access } from './access.js';
export type { RequestWithActor } from './access.js';
export { AccessGuard, byBearerToken, type Identify } from './access-guard.js';
export { AccessRefused, type RefusalReason } from './access-refused.js';
export { actorOf, seesAgreement, visibleAgreements, type Actor } from './actor.js';
export { can, may, type Action } from './can.js';
export { isRole, roles, type Role } from './roles.js';
export { serviceToken, type ServiceClient, type ServiceToken } from './service-token.js';
export { tokenVerifier, type TokenVerifier, type TokenVerifierOptions } from './verify-token.js';
