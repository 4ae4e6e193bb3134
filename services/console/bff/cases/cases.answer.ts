import { z } from 'zod';

/** Names of services that did not answer, so that a page can say what is missing and why. */
const missing = z.array(z.string());

/** Lines as `cases` describes them, each with a name. */
export const namedRowsAnswer = z.object({
  total: z.int(),
  gone: z.int(),
  items: z.array(z.looseObject({ caseId: z.uuid(), debtor: z.string().nullable() })),
  missing,
});

export const peopleAnswer = z.object({
  items: z.array(
    z.object({
      personId: z.uuid(),
      role: z.string(),
      accountIds: z.array(z.uuid()),
      known: z
        .object({
          name: z.string().nullable(),
          idNumber: z.string().nullable(),
          language: z.string().nullable(),
          timeZone: z.string().nullable(),
          contactPoints: z.array(
            z.object({
              contactPointId: z.uuid(),
              kind: z.string(),
              value: z.string().nullable(),
              source: z.string(),
              reserved: z.boolean(),
              valid: z.string(),
              optedOut: z.array(z.string()),
            }),
          ),
        })
        .nullable(),
    }),
  ),
  missing,
});
