import { problem } from '@arrears/service';
import { ParseUUIDPipe } from '@nestjs/common';
import { z } from 'zod';

/** Path parameter: an id of ours. What is no uuid can't exist. */
export const caseId = new ParseUUIDPipe({
  exceptionFactory: () => problem('not-found', 'There is no such thing, or it is out of your scope.'),
});

/** A policy as its file says it: with comments some 30 kB; an answer names its lines. */
export const policyFile = {
  yaml: z.string().min(1).max(500_000),
  file: z.string().min(1).max(200).default('policy.yaml'),
};
