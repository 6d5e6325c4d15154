import type { CallInput, CallName, CallValue } from '../../../preload/contract/calls.ts';
import type { ImportOptions } from '../../../preload/contract/vocabulary.ts';
import { createMemoryBridge } from '../../../main/api/memoryBridge.ts';
import { createServices, type Services } from '../../../main/services.ts';
import { type Script, scriptedTrainers } from './scriptedTrainer.ts';

/** A workspace that is open in this process, with trainers that train nothing. */
export interface House {
  readonly services: Services;
  readonly workspace: string;
  ask<N extends CallName>(name: N, args: CallInput<N>): Promise<CallValue<N>>;
  /** Imports a source; answers the data set's id. */
  imported(path: string, options: ImportOptions): Promise<string>;
  /** Waits for a job; answers what it made. */
  job(id: string): Promise<string>;
}

/** Opens workspaces, and gathers the faults of all of them. */
export function houses(): {
  readonly houseIn: (workspace: string, subjectKey: string, results?: Script['results']) => Promise<House>;
  readonly faults: readonly unknown[];
} {
  const faults: unknown[] = [];
  return {
    faults,
    houseIn: (workspace, subjectKey, results) => opened(workspace, subjectKey, faults, results),
  };
}

async function opened(
  workspace: string,
  subjectKey: string,
  faults: unknown[],
  results: Script['results'],
): Promise<House> {
  const script = { pretrained: () => Promise.resolve('finished' as const), ...(results ? { results } : {}) };
  const services = createServices({
    ...{ launcher: scriptedTrainers(script), kind: 'serve' },
    paths: { workspace, subjectKey },
    onFault: (where, cause) => faults.push([where, cause]),
  });
  await services.start();
  const bridge = createMemoryBridge(services.door, services.events);
  const ask: House['ask'] = async (name, args) => {
    const answer = await bridge.call(name, args);
    if (answer.ok) return answer.value;
    throw new Error(`${answer.error.code}: ${answer.error.message} ${answer.error.hint}`);
  };
  const job = async (id: string): Promise<string> => {
    for (;;) {
      const { state, error, result } = await ask('jobs.get', { id });
      if (state === 'finished') return result ?? '';
      if (state !== 'running' && state !== 'queued') throw new Error(`${error?.message} ${error?.hint}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  const imported: House['imported'] = async (path, options) =>
    job(await ask('datasets.import', { path, options: options as CallInput<'datasets.import'>['options'] }));
  return { services, workspace, ask, imported, job };
}
