import { vi } from 'vitest';
import type { Handlers } from '../../preload/contract/calls.ts';
import type { RunDetail, RunRow } from '../../preload/contract/vocabulary.ts';
import { createDoor } from '../../main/api/door.ts';
import { createEventHub } from '../../main/api/eventHub.ts';
import { createMemoryBridge } from '../../main/api/memoryBridge.ts';
import { runCommandLine } from '../../main/serve/commandLine.ts';
import { addServe } from '../../main/serve/commands/serve.ts';
import type { HouseOptions } from '../../main/serve/house.ts';
import { scriptedHandlers } from '../support/scriptedHandlers.ts';

/** What a command line did. */
export interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  readonly closed: number;
  readonly workspaces: readonly (string | null)[];
  /** True if it trains what is queued. */
  readonly trains: boolean;
}

/** Runs a command line against handlers of the test; null where no workspace may be opened. */
export async function pretext(
  args: readonly string[],
  written: Partial<Handlers> | null = null,
  readOnly: string | null = null,
): Promise<Outcome> {
  const said = { out: '', err: '' };
  const workspaces: (string | null)[] = [];
  let closed = 0;
  let trains = false;
  const terminal = {
    out: (text: string) => void (said.out += text),
    err: (text: string) => void (said.err += text),
    onInterrupt: () => () => undefined,
  };
  const openHouse = ({ workspace, trains: wanted }: HouseOptions) => {
    if (written === null) throw new Error('A workspace was opened.');
    workspaces.push(workspace);
    trains = wanted;
    const events = createEventHub(vi.fn());
    const door = createDoor({
      handlers: scriptedHandlers(written),
      readOnlyReason: () => readOnly,
      onFault: () => undefined,
    });
    return Promise.resolve({
      door,
      events,
      bridge: createMemoryBridge(door, events),
      close: () => {
        closed++;
        return Promise.resolve();
      },
    });
  };
  const code = await runCommandLine(args, { terminal, openHouse, more: [addServe] });
  return { code, ...said, closed, workspaces, trains };
}

/** A stored run of a test. */
export const run = (id: string, change: Partial<RunDetail> = {}): RunDetail =>
  ({
    id, name: `name of ${id}`, status: 'finished', reason: null, method: 'simclr', datasetName: 'digits', encoder: 'smallCnn', seed: 1, configHash: 'c'.repeat(64),
    created: '2026-11-22T10:00:00.000Z', progress: null, metrics: { loss: { last: 0.5, min: 0.25, max: 4, count: 12 } }, alarms: [], results: null, cost: null,
    checkpoints: [], logTail: [], resumable: false, ...change,
  }) as unknown as RunDetail; // prettier-ignore
/** A workspace with three runs. */
export const known = {
  'runs.list': ({ archived }: { archived: boolean }): readonly RunRow[] =>
    archived ? [] : [run('run-abc'), run('run-abd'), run('run-xyz')],
};
