import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { Transform, type Duplex } from 'node:stream';

/** A way to a server that can be cut and mended: whoever goes by it loses his connections and gets no new ones. */
export interface Cable {
  /** `host:port` of this end. */
  address: string;
  cut: () => void;
  mend: () => void;
  close: () => Promise<void>;
}

/** @param to `host:port` of the server */
export const layCable = (to: string): Promise<Cable> => lay(to, () => []);

/**
 * A cable to a Kafka broker. A broker tells its clients where it is, and they would go there past the cable: in its
 * answers stands this end instead.
 */
export const layKafkaCable = (to: string): Promise<Cable> => lay(to, (end) => [announcing(placeOf(to), end)]);

interface Place {
  host: string;
  port: number;
}

function placeOf(address: string): Place {
  const at = address.lastIndexOf(':');
  return { host: address.slice(0, at), port: Number(address.slice(at + 1)) };
}

/** @param through what the server's answers go through, for the place of this end */
async function lay(to: string, through: (end: Place) => Duplex[]): Promise<Cable> {
  const far = placeOf(to);
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
    near.pipe(other);
    const end = { host: '127.0.0.1', port: (server.address() as AddressInfo).port };
    [...through(end), near].reduce<Duplex>((from, next) => from.pipe(next), other);
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

/** Answers of a broker, each whole, with one place written for another. A port follows its host as four bytes. */
function announcing(broker: Place, end: Place): Transform {
  if (broker.host.length !== end.host.length) throw new Error(`the broker is not known as ${end.host}`);
  const [old, written] = [broker, end].map(({ host, port }) => {
    const bytes = Buffer.alloc(host.length + 4);
    bytes.write(host);
    bytes.writeInt32BE(port, host.length);
    return bytes;
  }) as [Buffer, Buffer];
  let held = Buffer.alloc(0);
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      held = Buffer.concat([held, chunk]);
      while (held.length >= 4 && held.length >= 4 + held.readInt32BE(0)) {
        const answer = held.subarray(0, 4 + held.readInt32BE(0));
        held = held.subarray(answer.length);
        for (let at = answer.indexOf(old); at >= 0; at = answer.indexOf(old, at)) written.copy(answer, at);
        this.push(answer);
      }
      done();
    },
  });
}

/** The same URL by the cable. */
export function viaCable(url: string, { address }: Cable): string {
  const changed = new URL(url);
  changed.host = address;
  return changed.href;
}
