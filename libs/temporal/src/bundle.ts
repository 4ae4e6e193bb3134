import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { failureConverterPath } from './data-converter.js';
import { workflowInterceptorModules } from './tracing.js';

export interface BundleRequest {
  /** A module that exports workflows and nothing else that runs: `.ts` from the sources, `.js` from `dist`. */
  workflowsPath: string;
  /** Where the bundle is written; left out, the code is only returned. */
  out?: string;
}

/**
 * The code that runs in the sandbox, with interceptors and failure converter inside, source maps inline. Our own
 * packages come from their sources: the bundle needs no order of builds.
 */
export async function bundleWorkflows({ workflowsPath, out }: BundleRequest): Promise<{ code: string }> {
  const { code } = await bundleWorkflowCode({
    workflowsPath,
    workflowInterceptorModules,
    failureConverterPath,
    logger: new DefaultLogger('WARN'),
    webpackConfigHook: (config) => ({
      ...config,
      resolve: {
        ...config.resolve,
        conditionNames: ['@arrears/source', 'require', 'node', 'default'],
        extensionAlias: { '.js': ['.ts', '.js'] },
      },
    }),
  });
  if (out !== undefined) {
    await mkdir(dirname(out), { recursive: true });
    await writeFile(out, code);
  }
  return { code };
}

/**
 * Short name of what a bundle does: 12 hex digits of its hash without the source map, which holds paths of the machine.
 * It is the worker's build id and so the code version that a case sees.
 */
export function buildIdOf(code: string): string {
  const withoutMap = code.replace(/^\/\/# sourceMappingURL=.*$/gm, '');
  return createHash('sha256').update(withoutMap).digest('hex').slice(0, 12);
}

export async function readBundle(file: string): Promise<{ code: string }> {
  return { code: await readFile(file, 'utf8') };
}
