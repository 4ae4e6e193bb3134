import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A way to a server that can be cut and mended: whoever goes by it loses his connections and gets no new ones. */
export interface Cable {
  /** `host:port` of this end. */
  address: string;
  cut: () => void;
  mend: () => void;
  close: () => Promise<void>;
}

/** @param to `host:port` of the server */
export async function layCable(to: string): Promise<Cable> {
  const at = to.lastIndexOf(':');
  const far = { host: to.slice(0, at), port: Number(to.slice(at + 1)) };
  const ends = new Set<Socket>();
  let whole = true;
  const server = createServer((near) => {
    if (!whole) return void near.destroy();
    const other = connect(far);
    for (const [end, opposite] of [
      [near, other],
      [other, near],
    ] as const) {
      ends.add(end);
      end.on('error', () => undefined);
      end.once('close', () => {
        ends.delete(end);
        opposite.destroy();
      });
    }
    near.pipe(other).pipe(near);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const cut = () => {
    whole = false;
    for (const end of ends) end.destroy();
  };
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    cut,
    mend: () => void (whole = true),
    close: () =>
      new Promise((closed) => {
        cut();
        server.close(() => closed());
      }),
  };
}

/** The same URL by the cable. */
export function viaCable(url: string, { address }: Cable): string {
  const changed = new URL(url);
  changed.host = address;
  return changed.href;
}
