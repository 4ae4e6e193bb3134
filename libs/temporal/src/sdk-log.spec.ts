import { describe, expect, it } from '@jest/globals';
import { createLogger, type Logger } from '@arrears/observability';
import type { LogEntry } from '@temporalio/worker';
import { sdkLog } from './sdk-log.js';

const name = '王小明';
const phone = '+8613800000001';

function listen(): { log: Logger; lines: string[]; dropped: string[] } {
  const [lines, dropped]: [string[], string[]] = [[], []];
  const destination = { write: (line: string) => void lines.push(line) };
  return {
    log: createLogger({ service: 'cases', destination, onDropped: (field) => dropped.push(field) }),
    lines,
    dropped,
  };
}
const entry = (change: Partial<LogEntry>): LogEntry => ({ level: 'WARN', message: '', timestampNanos: 0n, ...change });
const parsed = (lines: string[]) => lines.map((line) => JSON.parse(line) as Record<string, unknown>);

describe('what the Temporal SDK says', () => {
  it('becomes a line with ids, names of code and the class of the failure', () => {
    const { log, lines } = listen();
    const meta = {
      workflowId: 'case-1',
      runId: 'run-1',
      taskQueue: 'cases',
      activityType: 'decide',
      attempt: 3,
      sdkComponent: 'activity',
      error: new TypeError(`${name} has no ${phone}`),
    };
    sdkLog(log)(entry({ message: 'Activity failed', meta }));
    expect(parsed(lines)).toMatchObject([
      {
        level: 'warn',
        event: 'temporal-message',
        service: 'cases',
        workflow_id: 'case-1',
        run_id: 'run-1',
        task_queue: 'cases',
        activity: 'decide',
        attempt: 3,
        outcome: 'activity-failed',
        error_class: 'TypeError',
      },
    ]);
  });

  it('loses its free text, and whatever else workflow code put beside it', () => {
    const { log, lines, dropped } = listen();
    const meta = { sdkComponent: 'workflow', workflowId: 'case-1', debtor: name, workflowType: `for ${phone}` };
    sdkLog(log)(entry({ level: 'ERROR', message: `no answer from ${name}, ${phone}`, meta }));
    expect(lines.join('')).not.toMatch(/王小明|13800000001/);
    expect(parsed(lines)).toMatchObject([{ level: 'error', workflow_id: 'case-1', outcome: 'workflow' }]);
    expect(dropped).toEqual(['activity']);
  });

  it('says which part of the core it comes from', () => {
    const { log, lines } = listen();
    sdkLog(log)(
      entry({ level: 'INFO', message: 'gRPC call retried 5 times', meta: { target: 'temporalio_client::retry' } }),
    );
    expect(parsed(lines)).toMatchObject([{ level: 'info', outcome: 'temporalio_client::retry' }]);
  });
});
