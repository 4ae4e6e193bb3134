import { smsLength, type SmsLength } from './segments.js';
import { samplesOf, type Language, type Template } from './shape.js';
import { renderMessage, type Rendered } from './template.js';

/** A text as its samples make it; null where they do not. */
export type Preview = Record<Language, (Rendered & { sms?: SmsLength }) | null>;

export function previewOf(template: Template): Preview {
  return { zh: rendered(template, 'zh'), en: rendered(template, 'en') };
}

function rendered(template: Template, language: Language): Preview[Language] {
  try {
    const made = renderMessage(template, language, samplesOf(template));
    return made.channel === 'sms' ? { ...made, sms: smsLength(made.text) } : made;
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}
