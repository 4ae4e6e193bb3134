import { setTimeout as sleep } from 'node:timers/promises';
import type { RequestHandler } from 'express';
import { problem } from './problem.js';

/** Counts requests under way and shuts the door when told to. */
export interface Traffic {
  handler: RequestHandler;
  /** New requests get 503 from now on. */
  close(): void;
  /** Resolves when none is under way, or after `limitMs`. @returns whether all were finished */
  idle(limitMs: number): Promise<boolean>;
}

export function createTraffic(): Traffic {
  let open = true;
  let underWay = 0;
  return {
    handler: (_request, response, next) => {
      if (!open) {
        response.setHeader('connection', 'close');
        next(problem('unavailable', 'This process is stopping; try again.'));
        return;
      }
      underWay += 1;
      response.once('close', () => {
        underWay -= 1;
      });
      next();
    },
    close: () => {
      open = false;
    },
    idle: async (limitMs) => {
      const until = Date.now() + limitMs;
      while (underWay > 0 && Date.now() < until) await sleep(20);
      return underWay === 0;
    },
  };
}
