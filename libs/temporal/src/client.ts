import { Client, Connection } from '@temporalio/client';
import type { CodecKeyRing } from './codec.js';
import { dataConverter } from './data-converter.js';
import { clientInterceptors } from './tracing.js';

export interface TemporalAddress {
  address: string;
  namespace: string;
}

export interface TemporalClient {
  client: Client;
  /** An open connection keeps the process alive. */
  close(): Promise<void>;
}

/** Throws after `connectTimeoutMs` (10 s) when the server doesn't answer. */
export async function createClient(
  { address, namespace }: TemporalAddress,
  ring: CodecKeyRing,
  { connectTimeoutMs = 10_000 } = {},
): Promise<TemporalClient> {
  const connection = await Connection.connect({ address, connectTimeout: connectTimeoutMs });
  const client = new Client({
    connection,
    namespace,
    dataConverter: dataConverter(ring),
    interceptors: clientInterceptors(),
  });
  return { client, close: () => connection.close() };
}
