import { Allow } from '@arrears/auth';
import { Answers, problem } from '@arrears/service';
import { Controller, Get, Inject, Param, ParseUUIDPipe, Query, Req, Res } from '@nestjs/common';
import type { Response } from 'express';
import { z } from 'zod';
import { askFor, askIfThere } from '../proxy/ask.js';
import type { Gateway } from '../proxy/gateway.js';
import type { ConsoleRequest } from '../session/identify.js';
import { GATEWAY } from '../tokens.js';
import { namedRowsAnswer, peopleAnswer } from './cases.answer.js';
import {
  peopleOf,
  personsOf,
  withNames,
  type CaseLine,
  type CasePerson,
  type MaskedPerson,
  type NamedPerson,
} from './cases.js';

const slice = z.object({
  from: z.coerce.number().int().min(0).max(100_000).default(0),
  count: z.coerce.number().int().min(1).max(200).default(100),
});
const uuid = new ParseUUIDPipe({
  exceptionFactory: () => problem('not-found', 'There is no such thing, or it is out of your scope.'),
});
/** More people than a screen shows; a case with more is told so by its own service. */
const mostPeople = 40;

/** Answers that need more than one service. Names are asked for a page at a time, for the person who looks. */
@Controller('api')
export class CasesHttp {
  constructor(@Inject(GATEWAY) private readonly gateway: Gateway) {}

  @Get('lists/:id/rows')
  @Allow('case.read')
  @Answers(namedRowsAnswer)
  async rows(
    @Param('id', uuid) id: string,
    @Query({ schema: slice }) { from, count }: z.infer<typeof slice>,
    @Req() request: ConsoleRequest,
    @Res({ passthrough: true }) response: Response,
  ) {
    response.setHeader('cache-control', 'no-store');
    const path = `/lists/${id}/rows?from=${from}&count=${count}`;
    const page = await askFor<{ total: number; gone: number; items: CaseLine[] }>(this.gateway, request, {
      ...{ service: 'cases', method: 'GET', path },
    });
    const persons = personsOf(page.items);
    const names =
      persons.length === 0
        ? { items: [] }
        : await askIfThere<{ items: NamedPerson[] }>(this.gateway, request, {
            ...{ service: 'contacts', method: 'POST', path: '/persons/names', json: { persons } },
          });
    return { ...page, items: withNames(page.items, names?.items ?? null), missing: names === null ? ['contacts'] : [] };
  }

  @Get('cases/:id/people')
  @Allow('case.read')
  @Answers(peopleAnswer)
  async people(
    @Param('id', uuid) id: string,
    @Req() request: ConsoleRequest,
    @Res({ passthrough: true }) response: Response,
  ) {
    response.setHeader('cache-control', 'no-store');
    const one = await askFor<{ agreementId: string; persons: CasePerson[] }>(this.gateway, request, {
      ...{ service: 'cases', method: 'GET', path: `/cases/${id}` },
    });
    const persons = one.persons.slice(0, mostPeople);
    const ids = [...new Set(persons.map(({ personId }) => personId))];
    const known = await Promise.all(
      ids.map(async (personId): Promise<[string, MaskedPerson | null]> => {
        const path = `/persons/${personId}`;
        return [
          personId,
          await askIfThere<MaskedPerson>(this.gateway, request, { service: 'contacts', method: 'GET', path }),
        ];
      }),
    );
    const items = peopleOf(persons, new Map(known), one.agreementId);
    return { items, missing: items.some((person) => person.known === null) ? ['contacts'] : [] };
  }
}
