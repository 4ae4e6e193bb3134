/**
 * `s3.mjs DIR`: an S3 server with object lock for one test, its data in `DIR`. Says in one line of JSON where it is, and stops the server when
 * its input ends, as it does when the test's process is gone.
 */
import { randomBytes } from 'node:crypto';
import { join, resolve } from 'node:path';
import { freePorts } from './lib/ports.mjs';
import { stopProcess } from './lib/processes.mjs';
import { startS3 } from './lib/s3.mjs';
import { explain } from './lib/trouble.mjs';

try {
  const dir = resolve(process.argv[2] ?? '.');
  const [port] = await freePorts(1);
  const region = 'us-east-1';
  const [accessKeyId, secretAccessKey] = [randomBytes(10).toString('hex'), randomBytes(20).toString('hex')];
  const note = (text) => process.stderr.write(`${text}\n`);
  const server = await startS3({ dir, port, region, accessKeyId, secretAccessKey, log: join(dir, 's3.log'), note });
  process.stdout.write(
    `${JSON.stringify({ endpoint: `http://127.0.0.1:${port}`, region, credentials: { accessKeyId, secretAccessKey } })}\n`,
  );
  const inputEnds = new Promise((done) => process.stdin.resume().once('end', done).once('error', done));
  const asked = new Promise((done) => ['SIGTERM', 'SIGINT'].forEach((signal) => process.once(signal, done)));
  const { reason } = (await Promise.race([inputEnds, asked, server.exited])) ?? {};
  await stopProcess(server, { graceMs: 5_000 });
  if (reason) throw new Error(`the S3 server ended by itself: ${reason}`);
  process.exit(0);
} catch (error) {
  explain(error);
  process.exit(1);
}
