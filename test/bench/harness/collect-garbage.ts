import { Session } from 'node:inspector';

/**
 * Collects garbage in this thread and in every worker thread. Workflows live in threads of their own, which
 * `globalThis.gc` does not reach: what they left behind would count as memory of the workflows.
 */
export async function collectGarbage(): Promise<void> {
  const session = new Session();
  session.connect();
  const threads: string[] = [];
  session.on('NodeWorker.attachedToWorker', ({ params }) => threads.push(params.sessionId));
  const answered = new Promise<void>((done) => {
    let answers = 0;
    session.on('NodeWorker.receivedMessageFromWorker', () => {
      answers++;
      if (answers === threads.length) done();
    });
  });
  await post(session, 'NodeWorker.enable', { waitForDebuggerOnStart: false });
  const message = JSON.stringify({ id: 1, method: 'HeapProfiler.collectGarbage' });
  for (const sessionId of threads) await post(session, 'NodeWorker.sendMessageToWorker', { sessionId, message });
  if (threads.length > 0) await answered;
  await post(session, 'NodeWorker.disable');
  session.disconnect();
  globalThis.gc?.();
}

function post(session: Session, method: string, params: object = {}): Promise<void> {
  return new Promise((done, failed) => session.post(method, params, (error) => (error ? failed(error) : done())));
}
