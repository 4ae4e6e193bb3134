import {
  condition,
  defineSignal,
  defineUpdate,
  proxyActivities,
  proxyLocalActivities,
  setHandler,
} from '@temporalio/workflow';

/** A small workflow for the tests of this library: says what it is told, through an activity, until it is told to end. */
export interface EchoActivities {
  say(text: string): Promise<string>;
  fail(text: string): Promise<never>;
}

const far = proxyActivities<EchoActivities>({ startToCloseTimeout: '5s', retry: { maximumAttempts: 1 } });
const near = proxyLocalActivities<EchoActivities>({ startToCloseTimeout: '5s' });

export async function echo(text: string): Promise<string[]> {
  const said: string[] = [];
  let ended = false;
  setHandler(defineSignal<[{ upTo: number }]>('facts'), ({ upTo }) => {
    ended = upTo > 0;
  });
  setHandler(
    defineUpdate<string, [string]>('add'),
    (more) => {
      said.push(more);
      return `added ${more}`;
    },
    {
      validator: (more) => {
        if (more === '') throw new Error('nothing to add');
      },
    },
  );
  // Only after the handlers stand: an update that comes with the first task finds them, or is refused.
  said.unshift(await near.say(text), await far.say(text));
  await condition(() => ended);
  await far.fail(text).catch(() => undefined);
  return said;
}
