import { limitUse, type CompiledPacks } from '@arrears/compliance';
import type { LimitUse } from '@arrears/contracts';
import type { Asked } from './gate.js';

/** How far each limit that binds this contact is used, reached or not. Pure. */
export function limitsOf(packs: CompiledPacks, asked: Asked | null): LimitUse[] {
  return asked === null ? [] : limitUse(packs, asked.contact, asked.facts);
}
