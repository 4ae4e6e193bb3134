import { call, Refused, type Site } from './api.js';
import { table } from './table.js';

interface Parked {
  inboxId: string;
  topic: string;
  type: string;
  reason: string;
  detail?: string;
  receivedAt: string;
  blocksKey: boolean;
}
interface Page {
  items: Parked[];
  nextCursor: string | null;
}

/** Every service keeps what it could not handle in an inbox of its own. */
const withInbox = ['cases', 'contacts', 'notifications', 'legal'];

/** One page of each service's parked events, or, with `service`, of that one's from `cursor` on. */
export async function listParked(
  site: Site,
  { service, cursor }: { service?: string; cursor?: string } = {},
): Promise<{ text: string; complete: boolean }> {
  if (cursor && !service) throw new Refused('A cursor belongs to one service: name it with --service.');
  const asked = service ? [knownService(site, service)] : withInbox.filter((name) => site.urls[name]);
  const query = cursor ? `?cursor=${encodeURIComponent(cursor)}` : '';
  const answers = await Promise.all(
    asked.map(async (name) => ({
      name,
      page: await call<Page>(site, 'GET', `/events/parked${query}`, { service: name }).catch(onlyRefusal),
    })),
  );
  const rows = answers.flatMap(({ name, page }) =>
    page instanceof Refused
      ? []
      : page.items.map((event) => [
          `${name}/${event.inboxId}`,
          event.receivedAt,
          event.topic,
          event.type,
          event.blocksKey ? 'yes' : 'no',
          event.reason,
          event.detail ?? '',
        ]),
  );
  const notes = answers.flatMap(({ name, page }) => {
    if (page instanceof Refused) return [`${name} was not asked: ${page.message}`];
    return page.nextCursor ? [`More: --service ${name} --cursor ${page.nextCursor}`] : [];
  });
  const complete = answers.every(({ page }) => !(page instanceof Refused));
  const nothing = complete ? 'Nothing is parked.' : 'Nothing is parked where there was an answer.';
  const list =
    rows.length > 0 ? table(['id', 'received', 'topic', 'type', 'holds key', 'reason', 'detail'], rows) : nothing;
  return { text: [list, ...notes].join('\n\n'), complete };
}

/** @param id as `listParked` shows it: `notifications/12` */
export async function replayParked(site: Site, id: string, reason: string): Promise<string> {
  const [, service = '', inboxId = ''] = /^([a-z]+)\/(\d+)$/.exec(id) ?? [];
  if (!service) throw new Refused(`"${id}" is no id of a parked event: "events parked" shows them, as cases/12.`);
  await call(site, 'POST', `/events/parked/${inboxId}/replay`, {
    body: { reason },
    service: knownService(site, service),
  });
  return `Event ${id} is handled again; "events parked" shows whether it went through.`;
}

function knownService(site: Site, name: string): string {
  const known = withInbox.filter((one) => site.urls[one]);
  if (known.includes(name)) return name;
  throw new Refused(`There is no address of a service "${name}"; known are ${known.join(', ')}.`);
}

function onlyRefusal(error: unknown): Refused {
  if (error instanceof Refused) return error;
  throw error;
}
