import { describe, expect, it } from '@jest/globals';
import { blobSettings } from './settings.js';

const s3 = {
  BLOBS_PATH: '/srv/files',
  BLOBS_S3_BUCKET: 'letters',
  BLOBS_S3_REGION: 'cn-north-1',
  BLOBS_LOCK_DAYS: '1825',
};

describe('where files are kept', () => {
  it('is a folder, or a bucket with object lock when one is named', () => {
    expect(blobSettings({ BLOBS_PATH: '/srv/files' })).toEqual({ kind: 'folder', path: '/srv/files' });
    expect(blobSettings(s3)).toEqual({
      kind: 's3',
      region: 'cn-north-1',
      bucket: 'letters',
      prefix: '',
      lock: { mode: 'COMPLIANCE', days: 1825 },
      spool: '/srv/files/incoming',
    });
    const more = {
      BLOBS_S3_ENDPOINT: 'https://s3.example',
      BLOBS_S3_PREFIX: 'arrears/',
      BLOBS_LOCK_MODE: 'GOVERNANCE',
    };
    expect(blobSettings({ ...s3, ...more })).toMatchObject({
      endpoint: 'https://s3.example',
      prefix: 'arrears/',
      lock: { mode: 'GOVERNANCE', days: 1825 },
    });
  });

  it('is refused with every fault at once', () => {
    expect(blobSettings({})).toEqual({ problems: ['BLOBS_PATH is missing'] });
    expect(
      blobSettings({
        BLOBS_S3_BUCKET: 'letters',
        BLOBS_S3_ENDPOINT: 's3.example',
        BLOBS_S3_PREFIX: 'no-slash',
        BLOBS_LOCK_MODE: 'governance',
        BLOBS_LOCK_DAYS: '0',
      }),
    ).toEqual({
      problems: [
        'BLOBS_PATH is missing',
        'BLOBS_S3_REGION is missing',
        'BLOBS_S3_ENDPOINT must be a URL that begins with http:// or https://',
        'BLOBS_S3_PREFIX must be letters, digits, dots, dashes and slashes, a slash at its end',
        'BLOBS_LOCK_MODE must be COMPLIANCE or GOVERNANCE',
        'BLOBS_LOCK_DAYS must be a number of days from 1 to 99999',
      ],
    });
    expect(blobSettings({ ...s3, BLOBS_LOCK_DAYS: '' })).toEqual({ problems: ['BLOBS_LOCK_DAYS is missing'] });
  });
});
