import type { Events } from '../../preload/contract/events.ts';
import type { Announced } from './eventHub.ts';

/** Events waiting for one window: the latest row of each thing, and points and log lines of each run in one batch. */
export interface Coalescer {
  add(event: Announced): void;
  /** Everything that waits, oldest first; afterwards nothing waits. */
  take(): { readonly events: readonly Announced[]; readonly lagged: boolean };
  readonly empty: boolean;
}

/** Points and log lines that wait at most; beyond it the window is told to ask again. */
export const MOST_WAITING = 50_000;

/**
 * Bounded memory for a window that reads slowly: rows replace their predecessors, points and lines join, and when too many
 * wait they are dropped and `lagged` says so. A row's place is that of its first waiting version, so a removal stays behind it.
 */
export function createCoalescer(mostWaiting = MOST_WAITING): Coalescer {
  let waiting = new Map<string, Announced>();
  let items = 0;
  let lagged = false;
  return {
    add(event) {
      const key = keyOf(event);
      const size = sizeOf(event);
      if (items + size > mostWaiting) {
        lagged = true;
        return;
      }
      items += size;
      const before = waiting.get(key);
      waiting.set(key, before ? join(before, event) : event);
    },
    take() {
      const taken = { events: [...waiting.values()], lagged };
      waiting = new Map();
      items = 0;
      lagged = false;
      return taken;
    },
    get empty() {
      return waiting.size === 0 && !lagged;
    },
  };
}

function keyOf(event: Announced): string {
  const payload = event.payload as { readonly id?: string; readonly run?: string };
  return `${event.name} ${payload.id ?? payload.run ?? ''}`;
}

function sizeOf(event: Announced): number {
  if (event.name === 'run.points') return event.payload.points.length;
  if (event.name === 'run.log') return event.payload.lines.length;
  return 0;
}

function join(before: Announced, after: Announced): Announced {
  if (before.name === 'run.points' && after.name === 'run.points') {
    const payload: Events['run.points'] = {
      run: after.payload.run,
      points: [...before.payload.points, ...after.payload.points],
    };
    return { name: 'run.points', payload };
  }
  if (before.name === 'run.log' && after.name === 'run.log') {
    const payload: Events['run.log'] = {
      run: after.payload.run,
      lines: [...before.payload.lines, ...after.payload.lines],
    };
    return { name: 'run.log', payload };
  }
  return after;
}
