import { useLanguage } from '../../text/text.js';
import { formatInstant, formatTime } from './time.js';

/** A moment, in a zone that is known; machine-readable beside it. */
export function When({ at, zone, short = false }: { at: string; zone: string; short?: boolean }) {
  const language = useLanguage();
  return <time dateTime={at}>{short ? formatTime(at, zone) : formatInstant(at, zone, language)}</time>;
}
