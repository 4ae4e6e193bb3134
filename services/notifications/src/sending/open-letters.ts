import { blobSettings, openBlobs, openObjectStore } from '@arrears/blobs';
import type { PersonKeys } from '@arrears/persistence';
import { ConfigurationError, type ServiceContext } from '@arrears/service';
import { LetterUnprintable, letterPress } from '../letters/letter-press.js';
import { ContentRefused, type Letters } from './content.js';

const largestLetterBytes = 20 * 1024 * 1024;

/**
 * The press, and the store in which every letter lies before the mail house gets it. Fails at the start, not at the first
 * letter, when the store is not configured.
 * @throws ConfigurationError
 */
export async function openLetters(context: ServiceContext, personKeys: PersonKeys): Promise<Letters> {
  const settings = blobSettings(process.env);
  if ('problems' in settings) throw new ConfigurationError(settings.problems);
  const blobs = openBlobs({ store: await openObjectStore(settings), keys: personKeys.derived });
  context.onStop('files', () => blobs.close());
  const press = letterPress();
  return {
    print: async (letter) => {
      try {
        return press.render(letter);
      } catch (error) {
        if (error instanceof LetterUnprintable) throw new ContentRefused([error.reason]);
        throw error;
      }
    },
    keep: async (person, { bytes, hash, mediaType }) => {
      const kept = await blobs.putBlob(bytes, { person, mediaType, maxBytes: largestLetterBytes });
      if (kept.hash !== hash) throw new Error('the store kept another file than it was given');
    },
  };
}
