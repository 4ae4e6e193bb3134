import { Allow, CurrentActor, type Actor } from '@arrears/auth';
import type { Database, PersonKeys } from '@arrears/persistence';
import { problem } from '@arrears/service';
import { Controller, Get, Inject, Param } from '@nestjs/common';
import { z } from 'zod';
import { DATABASE, PERSON_KEYS } from '../tokens.js';
import { viewPerson, type PersonView } from './person.service.js';

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
}
