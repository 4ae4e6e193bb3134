export type Refusal = 'media-type' | 'not-of-its-type' | 'too-large' | 'empty';

/** What was offered may not be kept. Nothing of it was. */
export class BlobRefused extends Error {
  override readonly name = 'BlobRefused';
  constructor(
    readonly reason: Refusal,
    message: string,
  ) {
    super(message);
  }
}

/** What is stored is not what was put: altered, cut short, swapped, or sealed under another key. */
export class BlobDamaged extends Error {
  override readonly name = 'BlobDamaged';
  constructor(what: string) {
    super(`a stored file is damaged: ${what}`);
  }
}
