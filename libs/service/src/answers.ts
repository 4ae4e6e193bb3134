import { applyDecorators } from '@nestjs/common';
import { ApiResponse } from '@nestjs/swagger';
import { z } from 'zod';

/** Says in `/openapi.json` what a route answers: whoever calls it builds his types from there. */
export function Answers(schema: z.ZodType, status = 200): MethodDecorator {
  const shape = z.toJSONSchema(schema, { target: 'openapi-3.0', io: 'output', unrepresentable: 'any' });
  return applyDecorators(ApiResponse({ status, description: '', schema: shape as object }));
}
