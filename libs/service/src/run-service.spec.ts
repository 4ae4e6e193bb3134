import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Open } from '@arrears/auth';
import { Controller, Get, Module } from '@nestjs/common';
import { goodEnvironment } from './environment.fixture.js';
import { runService, type RunningService, type ServiceContext, type ServiceOptions } from './run-service.js';

@Controller()
class SlowController {
  @Get('slow')
  @Open('a test')
  async slow() {
    await sleep(300);
    return { done: true };
  }
}
@Module({ controllers: [SlowController] })
class SlowModule {}

const exits: number[] = [];
const complaints: string[] = [];
let running: RunningService | undefined;
const env: Record<string, string | undefined> = {
  ...goodEnvironment,
  PORT: '0',
  METRICS_PORT: '0',
  LOG_LEVEL: 'silent',
  DRAIN_SECONDS: '2',
};

async function run(options: Partial<ServiceOptions> = {}, argv: string[] = [], environment = env) {
  running = await runService(
    { name: 'sample', module: () => SlowModule, ...options },
    { argv, env: environment, exit: (code) => exits.push(code), complain: (sentence) => complaints.push(sentence) },
  );
  return running;
}
afterEach(async () => {
  await running?.stop();
  running = undefined;
  exits.length = 0;
  complaints.length = 0;
});
const get = (path: string) => fetch(`http://127.0.0.1:${running?.port}${path}`);
const status = async (path: string) => (await get(path)).status;

describe('a process that starts', () => {
  it('has its API, health and metrics, and is told its roles', async () => {
    let told: ServiceContext | undefined;
    await run({ onStart: (context) => void (told = context) }, ['api', 'relay']);
    expect([...(told?.roles ?? [])]).toEqual(['api', 'relay']);
    expect(await status('/slow')).toBe(200);
    expect(await status('/health/ready')).toBe(200);
    const metrics = await (await fetch(`http://127.0.0.1:${running?.metricsPort}/metrics`)).text();
    expect(metrics).toContain('arrears_build_info{version="unknown",build="unknown"} 1');
    expect(metrics).toContain('arrears_log_fields_dropped_total 0');
  });

  it('has no API without that role, but health', async () => {
    await run({}, ['worker']);
    expect(await status('/slow')).toBe(404);
    expect(await status('/health/live')).toBe(200);
  });

  it('is not ready before everything was started', async () => {
    let early: number | undefined;
    const onStart: ServiceOptions['onStart'] = async (_context, app) => {
      const address = app.getHttpServer().address() as { port: number };
      early = (await fetch(`http://127.0.0.1:${address.port}/health/ready`)).status;
    };
    await run({ onStart });
    expect(early).toBe(503);
  });
});

describe('a process that can not start', () => {
  it('says everything that is wrong with its environment', async () => {
    await run({}, [], { ...env, DATABASE_URL: undefined, OIDC_ISSUER: 'x' });
    expect(exits).toEqual([78]);
    expect(complaints.join()).toMatch(/DATABASE_URL is missing\n.*OIDC_ISSUER must be/);
  });

  it('says which role it does not have', async () => {
    await run({}, ['boss']);
    expect(exits).toEqual([64]);
    expect(complaints).toEqual(['sample: no such role: boss; there are api, consumer, relay, worker']);
  });

  it('closes what was open and ends with 1, without the text of the failure', async () => {
    const closed: string[] = [];
    const module: ServiceOptions['module'] = (_roles, _config, context) => {
      context.onStop('database', () => void closed.push('database'));
      throw new Error('password authentication failed for +8613800000001');
    };
    await run({ module });
    expect([exits, closed]).toEqual([[1], ['database']]);
    expect(complaints.join()).not.toContain('138');
  });
});

describe('a process that stops', () => {
  it('is not ready at once, finishes what is under way, closes in reverse order and ends with 0', async () => {
    const closed: string[] = [];
    let inRequest: number | undefined;
    await run({
      module: (_roles, _config, context) => {
        context.onStop('database', () => void closed.push('database'));
        return SlowModule;
      },
      onStart: (context) => context.onStop('worker', () => void closed.push('worker')),
      onStop: () => void closed.push('service'),
    });
    const request = get('/slow').then((answer) => (inRequest = answer.status));
    await sleep(80);
    const stopping = running?.stop();
    expect(await status('/health/ready')).toBe(503);
    expect(await status('/health/live')).toBe(200);
    expect(closed).toEqual([]);
    expect(await stopping).toBe(0);
    await request;
    expect([inRequest, closed, exits]).toEqual([200, ['worker', 'service', 'database'], [0]]);
  });

  it('stops once, however often it is told to', async () => {
    await run();
    expect(await Promise.all([running?.stop(), running?.stop()])).toEqual([0, 0]);
    expect(exits).toEqual([0]);
  });

  it('ends with 1 when something does not stop in time', async () => {
    await run({ onStart: (context) => context.onStop('worker', () => new Promise(() => undefined)) });
    expect(await running?.stop()).toBe(1);
  });
});

describe('a part that lives as long as the process', () => {
  it.each<[string, () => Promise<unknown>]>([
    ['fails', () => Promise.reject(new Error('the broker said no'))],
    ['ends though nobody asked it to', () => Promise.resolve()],
  ])('ends the process with 1 when it %s', async (_, part) => {
    await run({ onStart: (context) => context.background('consumer', sleep(30).then(part)) });
    await sleep(200);
    expect(exits).toEqual([1]);
  });

  it('may end while the process stops', async () => {
    let end: () => void = () => undefined;
    const part = new Promise<void>((resolve) => (end = resolve));
    await run({
      onStart: (context) => {
        context.background('consumer', part);
        context.onStop('consumer', () => end());
      },
    });
    expect(await running?.stop()).toBe(0);
  });
});
