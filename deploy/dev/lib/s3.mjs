import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { toolsDir } from './paths.mjs';
import { waitForPort } from './ports.mjs';
import { startDetached } from './processes.mjs';
import { run } from './run.mjs';
import { trouble } from './trouble.mjs';

/** Versity's gateway: S3 with object lock and conditional writes on a folder (Apache-2.0). Only tests use it. */
const version = 'v1.8.0';
/** Of the module's source, as Go's checksum database has it; the program says of itself what it was built from. */
const sourceHash = 'h1:au+wI+aybno/STsQiSm35Uu6Q6iK5MWReQxgO6SEMFc=';
const source = 'github.com/versity/versitygw';

/** An S3 server with its data in `DIR`, known by the given keys. Returns the started process. */
export async function startS3({ dir, port, region, accessKeyId, secretAccessKey, log, note }) {
  const program = await s3Server(note);
  const [data, sidecar, versions] = ['data', 'sidecar', 'versions'].map((name) => join(dir, name));
  for (const folder of [data, sidecar, versions]) mkdirSync(folder, { recursive: true });
  // Attributes in files beside the objects: not every file system that tests run on has extended ones.
  const args = ['--port', `127.0.0.1:${port}`, '--region', region, '--quiet', 'posix'];
  args.push('--sidecar', sidecar, '--versioning-dir', versions, data);
  const env = { ...process.env, ROOT_ACCESS_KEY_ID: accessKeyId, ROOT_SECRET_ACCESS_KEY: secretAccessKey };
  const server = startDetached(program, args, { log, cwd: dir, env });
  await waitForPort(port, 'The S3 server', { alive: server.alive, log });
  return server;
}

/** Path of the server's program: built from its published source the first time, then kept in the tools folder. */
export async function s3Server(note = () => {}) {
  const folder = join(toolsDir(), `versitygw-${version}`);
  const program = join(folder, 'versitygw');
  if (existsSync(program)) return program;
  note('building an S3 server from source, about three minutes, once');
  mkdirSync(toolsDir(), { recursive: true });
  const fresh = mkdtempSync(join(toolsDir(), 'build-'));
  try {
    const env = { ...process.env, GOBIN: fresh };
    const { code, output } = await run('go', ['install', `${source}/cmd/versitygw@${version}`], { env });
    if (code !== 0) {
      if (code !== 127) process.stderr.write(output.split('\n').slice(-5).join('\n'));
      throw trouble(
        'The S3 server for the tests of files could not be built: install Go 1.25 or newer (https://go.dev/dl) and check that it reaches a module proxy, then start again.',
      );
    }
    const built = await run('go', ['version', '-m', join(fresh, 'versitygw')], { env });
    if (!built.output.includes(`\tmod\t${source}\t${version}\t${sourceHash}`))
      throw trouble(
        `The source of the S3 server that Go fetched is not the one that deploy/dev/lib/s3.mjs names (${version}, ${sourceHash}): check GOPROXY and GOFLAGS.`,
      );
    // Another run may have been faster; either program is good.
    if (!existsSync(program)) renameSync(fresh, folder);
    return program;
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}
