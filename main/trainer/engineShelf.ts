import type { EngineReport, RunConfig } from '../../preload/contract/vocabulary.ts';
import * as engineRegistry from '../engine/backends/registry.ts';
import { activateTried } from '../engine/doctor.ts';
import type { Engine, EngineEntry, EngineOptions } from '../engine/engine.ts';
import { entryOf } from '../engine/registries.ts';
import { breathing } from './breathingEngine.ts';

/** Engines that this process has started, kept for the next job. */
export class EngineShelf {
  private readonly ready = new Map<string, Promise<Engine>>();
  private readonly inspect: EngineOptions['inspect'];

  /** @param inspect shown every step that is compiled */
  constructor(inspect?: EngineOptions['inspect']) {
    this.inspect = inspect;
  }

  /** The engine of a config. @throws AppError engine that says what is missing */
  get({ id, device, threads }: RunConfig['engine']): Promise<Engine> {
    const key = `${id}/${device}/${threads}`;
    const known = this.ready.get(key);
    if (known) return known;
    const entry = entryOf<EngineEntry>(engineRegistry, id, 'engine');
    const started = activateTried(entry, { device, threads, inspect: this.inspect }).then(breathing);
    this.ready.set(key, started);
    // What could not be started now may be there later.
    started.catch(() => this.ready.delete(key));
    return started;
  }

  /** What is known of the engine of a config. */
  report({ id }: RunConfig['engine']): Promise<EngineReport> {
    return entryOf<EngineEntry>(engineRegistry, id, 'engine').probe();
  }
}
