// The process that src/signals.servers.spec.ts starts: a service without routes that stops slowly, or forgets a rejection.
import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { runService } from '@arrears/service';

class Empty {}
Module({})(Empty);

const mode = process.argv.splice(2, 1)[0];
await runService({
  name: 'sample',
  module: () => Empty,
  onStart: (context) => {
    if (mode === 'slow-stop') context.onStop('worker', () => new Promise((resolve) => setTimeout(resolve, 400)));
    if (mode === 'rejection') setTimeout(() => void Promise.reject(new Error('forgotten')), 50);
  },
});
