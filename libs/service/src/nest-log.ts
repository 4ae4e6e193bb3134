import type { Logger } from '@arrears/observability';
import type { LoggerService } from '@nestjs/common';

/** The framework's own lines: that it had something to say, how loud and from where. Its text may hold anything. */
export function nestLog(log: Logger): LoggerService {
  const source = (rest: unknown[]) => {
    const last = rest.at(-1);
    return { error_class: typeof last === 'string' ? last : undefined };
  };
  return {
    log: (_message: unknown, ...rest: unknown[]) => log.debug('framework-message', source(rest)),
    debug: (_message: unknown, ...rest: unknown[]) => log.debug('framework-message', source(rest)),
    verbose: (_message: unknown, ...rest: unknown[]) => log.debug('framework-message', source(rest)),
    warn: (_message: unknown, ...rest: unknown[]) => log.warn('framework-message', source(rest)),
    error: (message: unknown, ...rest: unknown[]) =>
      log.error('framework-message', source(rest), message instanceof Error ? message : undefined),
    fatal: (message: unknown, ...rest: unknown[]) =>
      log.error('framework-message', source(rest), message instanceof Error ? message : undefined),
  };
}
