import { powerSaveBlocker } from 'electron';
import type { EventHub } from '../api/eventHub.ts';

const BUSY = new Set(['starting', 'running']);

/** Keeps the machine awake (the screen may sleep) while anything trains. Returns a function that ends it. */
export function setupWakefulness(events: EventHub): () => void {
  const training = new Set<string>();
  let blocker: number | null = null;
  const follow = (): void => {
    if (training.size > 0 && blocker === null) blocker = powerSaveBlocker.start('prevent-app-suspension');
    if (training.size === 0 && blocker !== null) {
      powerSaveBlocker.stop(blocker);
      blocker = null;
    }
  };
  const leave = [
    events.on('run.changed', (row) => {
      if (BUSY.has(row.status)) training.add(row.id);
      else training.delete(row.id);
      follow();
    }),
    events.on('run.removed', ({ id }) => {
      training.delete(id);
      follow();
    }),
  ];
  return () => {
    for (const end of leave) end();
    training.clear();
    follow();
  };
}
