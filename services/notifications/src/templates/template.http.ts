import { Controller, Get, Inject, Param } from '@nestjs/common';
import { Allow } from '@arrears/auth';
import { problem } from '@arrears/service';
import { TEMPLATES } from '../tokens.js';
import type { Templates } from './load-templates.js';
import { render, type Template } from './template.js';

/** The texts as they are in use, each with a preview made of its samples. */
@Controller('templates')
export class TemplateHttp {
  constructor(@Inject(TEMPLATES) private readonly templates: Templates) {}

  @Get()
  @Allow('template.read')
  list() {
    return { items: this.templates.all().map(withPreview), nextCursor: null };
  }

  @Get(':id')
  @Allow('template.read')
  get(@Param('id') id: string) {
    const template = this.templates.find(id);
    if (!template) throw problem('not-found', 'There is no such template.');
    return withPreview(template);
  }
}

function withPreview(template: Template) {
  const samples = Object.fromEntries(Object.entries(template.variables).map(([name, { sample }]) => [name, sample]));
  return { ...template, preview: { zh: render(template, 'zh', samples), en: render(template, 'en', samples) } };
}
