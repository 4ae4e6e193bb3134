import { z } from 'zod';
import { searchOf } from '../../shared/url/flat.js';

const text = z.string().min(1).max(200);
export const stages = ['reminder', 'calling', 'letter', 'visit', 'resolution', 'legal', 'monitoring'] as const;
export const buckets = ['M1', 'M2', 'M3', 'M4', 'M5', 'M6', 'M6+'] as const;
export const sorts = ['-dpd', 'dpd', '-openedAt', 'openedAt'] as const;

/** What the address of the list of cases says. Left out: the default. */
export const casesSearch = searchOf({
  status: z.enum(['open', 'closed', 'all']),
  stage: text,
  bucket: text,
  client: text,
  branch: text,
  owner: text,
  sort: z.enum(sorts),
  /** The row with the cursor. */
  at: z.coerce.number().int().min(0).max(100_000),
});
export const casesSearchOrder = casesSearch.order;
export type CasesSearch = ReturnType<typeof casesSearch.parse>;

/** The question to the server that an address means. */
export function listOf({ status = 'open', stage, bucket, client, branch, owner, sort = '-dpd' }: CasesSearch) {
  const wanted = { stage, bucket, agreement: client, branch, owner, status: status === 'all' ? undefined : status };
  const filters = Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== undefined));
  return { screen: 'cases' as const, filters, sort };
}

/** Without defaults: one state has one address. */
export function tidy(search: CasesSearch): CasesSearch {
  const { status, sort, at, ...rest } = search;
  return {
    ...rest,
    ...(status === undefined || status === 'open' ? {} : { status }),
    ...(sort === undefined || sort === '-dpd' ? {} : { sort }),
    ...(at === undefined || at === 0 ? {} : { at }),
  };
}
