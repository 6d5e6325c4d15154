import { setImmediate } from 'node:timers/promises';
import type { Engine } from '../engine/engine.ts';

/**
 * The same engine, whose steps let the event loop turn once after every run: engine calls block the thread, and between them heartbeats
 * leave, and pause and stop arrive, however long an evaluation takes.
 */
export function breathing(engine: Engine): Engine {
  return {
    ...engine,
    async compile(step, signature, name) {
      const compiled = await engine.compile(step, signature, name);
      return {
        ...compiled,
        async run(state, inputs) {
          const outputs = await compiled.run(state, inputs);
          await setImmediate();
          return outputs;
        },
      };
    },
  };
}
