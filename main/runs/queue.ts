import type { RunConfig, RunId } from '../../preload/contract/vocabulary.ts';
import type { Store } from '../store/index.ts';

/** The device whose slot a run takes, such as `onnx:cpu`. */
export function deviceOf(config: RunConfig): string {
  return `${config.engine.id}:${config.engine.device}`;
}

/** The setting `maxConcurrent`: trainers at once per device; 1 unless set to a whole number from 1 on. */
export function maxConcurrent(store: Store): number {
  const value = store.settings.all()['maxConcurrent'];
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 ? value : 1;
}

/**
 * The first queued run for which its device has a free slot, or null. The queue is the workspace's own, so it survives a restart.
 * @param living runs whose trainers live now, with their devices; a paused one counts, since its memory is still taken
 */
export function nextRun(
  store: Store,
  living: ReadonlyMap<RunId, { readonly device: string }>,
): { readonly id: RunId; readonly device: string } | null {
  const most = maxConcurrent(store);
  const taken = Array.from(living.values(), ({ device }) => device);
  for (const id of store.runs.queue()) {
    if (living.has(id)) continue;
    const device = deviceOf(store.runs.get(id).config);
    if (taken.filter((other) => other === device).length < most) return { id, device };
  }
  return null;
}
