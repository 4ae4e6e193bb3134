import { problem } from '@arrears/service';
import { ParseUUIDPipe } from '@nestjs/common';
import { z } from 'zod';

/** Path parameter: an id of ours. What is no uuid can't exist. */
export const pathId = new ParseUUIDPipe({
  exceptionFactory: () => problem('not-found', 'There is no such thing, or it is out of your scope.'),
});

/** Every list: at most 200 rows a page, 50 unless told. */
export const paging = {
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(500).optional(),
};
