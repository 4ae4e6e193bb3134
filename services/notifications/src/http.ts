import { problem } from '@arrears/service';
import { ParseUUIDPipe } from '@nestjs/common';

/** Path parameter: an id of ours. What is no uuid can't exist. */
export const pathId = new ParseUUIDPipe({
  exceptionFactory: () => problem('not-found', 'There is no such thing, or it is out of your scope.'),
});
