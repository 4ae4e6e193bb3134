import { constants } from 'node:fs';
import { access, chmod, link, mkdir, open, opendir, readdir, stat, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ObjectName, ObjectStore, StoredObject } from './object-store.js';

/** What a killed process left in the spool is of no use to anyone; a day is longer than any upload. */
const abandonedAfterMs = 24 * 3_600_000;

/**
 * Objects as read-only files below `path/objects`, in two levels of folders of 256 each. The folder must be one file
 * system with hard links: a file is written and synced under another name and linked to its own, which fails when that is taken, so that
 * of two writers one wins and nothing is ever replaced.
 */
export async function openFolderStore(path: string): Promise<ObjectStore> {
  const objects = join(path, 'objects');
  const spool = join(path, 'incoming');
  await mkdir(objects, { recursive: true, mode: 0o750 });
  await mkdir(spool, { recursive: true, mode: 0o700 });
  await removeAbandoned(spool);
  const folderOf = (folder: string) => join(objects, folder.slice(0, 2), folder.slice(2, 4), folder);
  const pathOf = (name: ObjectName) => {
    const [folder = '', file = ''] = name.split('/');
    return join(folderOf(folder), file);
  };

  return {
    spool,
    create: async (name, file) => {
      const target = pathOf(name);
      await chmod(file.path, 0o440);
      await sync(file.path);
      await makeFolder(dirname(target), objects);
      try {
        await link(file.path, target);
      } catch (error) {
        if (codeOf(error) === 'EEXIST') return 'exists';
        throw error;
      }
      await sync(dirname(target));
      return 'created';
    },
    open: async (name) => {
      try {
        const file = await open(pathOf(name), constants.O_RDONLY | constants.O_NOFOLLOW);
        const { size } = await file.stat();
        return { bytes: size, stream: file.createReadStream() };
      } catch (error) {
        if (codeOf(error) === 'ENOENT') return undefined;
        throw error;
      }
    },
    list: (folder) => listFolder(folder, folderOf(folder)),
    check: () => access(spool, constants.W_OK),
    close: () => {},
  };
}

async function* listFolder(folder: string, path: string): AsyncGenerator<StoredObject, void, void> {
  let names: string[];
  try {
    names = (await readdir(path)).sort();
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return;
    throw error;
  }
  for (const name of names) {
    const { size, mtime } = await stat(join(path, name));
    yield { name: `${folder}/${name}`, bytes: size, storedAt: mtime };
  }
}

/** Makes a folder below `top` and syncs each that names a new one: else a crash could lose the way to a file. */
async function makeFolder(path: string, top: string): Promise<void> {
  const first = await mkdir(path, { recursive: true, mode: 0o750 });
  if (first === undefined) return;
  for (let at = dirname(path); at.length >= top.length; at = dirname(at)) await sync(at);
}

async function sync(path: string): Promise<void> {
  const file = await open(path, 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

async function removeAbandoned(spool: string): Promise<void> {
  const before = Date.now() - abandonedAfterMs;
  for await (const entry of await opendir(spool)) {
    const path = join(spool, entry.name);
    try {
      if ((await stat(path)).mtimeMs < before) await unlink(path);
    } catch (error) {
      // Another process that starts now was faster.
      if (codeOf(error) !== 'ENOENT') throw error;
    }
  }
}

function codeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
}
