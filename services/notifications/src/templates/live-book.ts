import type { Clock } from '@arrears/clock';
import type { Database } from '@arrears/persistence';
import { templateBook, type Lists, type LiveTemplate, type Templates } from './book.js';
import { contentHash } from './content-hash.js';
import { shippedTemplates, type ShippedTemplate } from './load-templates.js';
import { templateContent } from './shape.js';
import { approvedVersions, findVersion, insertVersion, templatesChanged } from './template.store.js';

export interface LiveBook {
  templates: Templates;
  /** Reads anew what is approved. */
  refresh(): Promise<void>;
  stop(): Promise<void>;
}

/** A notification can be lost with its connection: a look every so often (real ms) makes up for that. */
const lookMs = 5_000;

/**
 * The texts in use, in memory: filled from the database, where the shipped ones are put first, and read anew when one is
 * approved or retired. A read that fails keeps what was known; `onError` hears of it.
 */
export async function openTemplateBook(parts: {
  db: Database;
  clock: Clock;
  lists: Lists;
  folder: string;
  onError: (error: unknown) => void;
}): Promise<LiveBook> {
  const { db, clock, lists } = parts;
  const at = clock.nowIso();
  await keepShipped(db, lists, shippedTemplates(parts.folder, lists, at), at);

  let live: LiveTemplate[] = [];
  let reading: Promise<void> | undefined;
  let again = false;
  const read = async () => {
    do {
      again = false;
      const rows = await approvedVersions(db);
      live = rows.map(({ content, version, liveFrom }) => ({
        template: { ...templateContent.parse(content), version },
        liveFrom,
      }));
    } while (again);
  };
  // Whoever asks while a read is under way gets one that began after he asked.
  const refresh = (): Promise<void> => {
    if (reading !== undefined) again = true;
    return (reading ??= read().finally(() => (reading = undefined)));
  };
  await refresh();
  const look = () => void refresh().catch(parts.onError);
  const stopListening = await db.listen(templatesChanged, look);
  const timer = setInterval(look, lookMs);
  return {
    templates: templateBook(
      () => live,
      lists,
      () => clock.nowIso().slice(0, 10),
    ),
    refresh,
    async stop() {
      clearInterval(timer);
      await stopListening();
      await reading?.catch(() => undefined);
    },
  };
}

/** @throws Error when a version is stored with another content: what was sent under a number stays under it */
async function keepShipped(db: Database, lists: Lists, shipped: readonly ShippedTemplate[], at: string): Promise<void> {
  await db.transaction(async (tx) => {
    const problems: string[] = [];
    for (const { content, version, authoredBy, approvedBy, liveFrom } of shipped) {
      const hash = contentHash(content);
      const approved = {
        status: 'approved',
        liveFrom,
        authoredBy,
        authoredAt: at,
        approvedBy,
        approvedAt: at,
      } as const;
      const added = await insertVersion(tx, {
        ...approved,
        ...{ id: content.id, version, content, contentHash: hash, source: 'shipped' },
        ...{ findings: [], phrases: lists.phrases.version },
      });
      // What is stored is read as this build reads it: fields that it knows and an older one did not have their defaults.
      const stored = added ? undefined : await findVersion(tx, content.id, version);
      if (stored !== undefined && contentHash(templateContent.parse(stored.content)) !== hash)
        problems.push(`${content.id} version ${version} is stored with another content: give the change a new version`);
    }
    if (problems.length > 0) throw new Error(`Templates refused:\n${problems.join('\n')}`);
  });
}
