import pg from 'pg';

export type OnNotify = (payload: string) => void;

const firstPauseMs = 200;
const longestPauseMs = 5_000;

/**
 * Notifications sent while the connection is away are lost, so `onNotify('')` runs after every (re)connect: whoever
 * listens looks once and misses nothing.
 */
export async function listenOn(
  { url, name }: { url: string; name: string },
  channel: string,
  onNotify: OnNotify,
): Promise<() => Promise<void>> {
  if (!/^[a-z_]+$/.test(channel)) throw new Error(`not a channel name: ${channel}`);
  let stopped = false;
  let client: pg.Client | undefined;
  let retry: NodeJS.Timeout | undefined;

  const connect = async (): Promise<void> => {
    const next = new pg.Client({ connectionString: url, application_name: name, keepAlive: true });
    next.on('error', () => undefined);
    next.on('notification', ({ payload }) => onNotify(payload ?? ''));
    await next.connect();
    await next.query(`LISTEN ${channel}`);
    client = next;
    next.once('end', () => again(firstPauseMs));
    onNotify('');
  };
  const again = (pauseMs: number): void => {
    if (stopped) return;
    retry = setTimeout(() => {
      connect().catch(() => again(Math.min(pauseMs * 2, longestPauseMs)));
    }, pauseMs);
  };

  await connect();
  return async () => {
    stopped = true;
    clearTimeout(retry);
    await client?.end().catch(() => undefined);
  };
}
