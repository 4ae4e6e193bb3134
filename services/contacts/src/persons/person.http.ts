import { Allow, CurrentActor, type Actor } from '@arrears/auth';
import type { Database, PersonKeys } from '@arrears/persistence';
import { Answers, problem } from '@arrears/service';
import { Body, Controller, Get, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { z } from 'zod';
import { DATABASE, PERSON_KEYS } from '../tokens.js';
import { maskedNames, viewPerson, type PersonView } from './person.service.js';

/** A page of a list: more names are nobody's screen. */
const whose = z.strictObject({
  persons: z.array(z.strictObject({ personId: z.uuid(), agreementId: z.string().min(1).max(200) })).max(200),
});
const namesAnswer = z.object({
  items: z.array(z.object({ personId: z.uuid(), agreementId: z.string(), name: z.string().nullable() })),
});

@Controller('persons')
export class PersonHttp {
  constructor(
    @Inject(DATABASE) private readonly db: Database,
    @Inject(PERSON_KEYS) private readonly keys: PersonKeys,
  ) {}

  @Get(':id')
  @Allow('person.read')
  async read(@Param('id') id: string, @CurrentActor() actor: Actor): Promise<PersonView> {
    if (!z.uuid().safeParse(id).success) throw problem('not-found', 'There is no such person.');
    return viewPerson(this.db, this.keys, id, actor);
  }

  /** The names for the lines of a list, masked; whoever is out of scope is left out. By POST: ids of people in one place. */
  @Post('names')
  @HttpCode(200)
  @Allow('person.read')
  @Answers(namesAnswer)
  async names(
    @Body({ schema: whose }) { persons }: z.infer<typeof whose>,
    @CurrentActor() actor: Actor,
  ): Promise<z.infer<typeof namesAnswer>> {
    return { items: await maskedNames(this.db, this.keys, persons, actor) };
  }
}
