import { z } from 'zod';
import { searchOf } from '../../shared/url/flat.js';

/** Beside the case: the list it was opened from and its place there, and which entries of the timeline are shown. */
export const caseSearch = searchOf({
  list: z.uuid(),
  row: z.coerce.number().int().min(0).max(100_000),
  kind: z.enum(['contact', 'money', 'flow', 'people']),
});
export const caseSearchOrder = caseSearch.order;
export type CaseSearch = ReturnType<typeof caseSearch.parse>;
