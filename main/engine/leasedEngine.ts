import type { Engine } from './engine.ts';

interface Released {
  dispose(): void | Promise<void>;
}

/**
 * The same engine for one piece of work: `dispose` lets go of every step and state that was made through it and is still held, however
 * the work ended; the engine itself stays ready for the next.
 */
export function leased(engine: Engine): Engine {
  const held = new Set<Released>();
  const hold = <T extends Released>(part: T, dispose: () => ReturnType<T['dispose']>): T => {
    held.add(part);
    part.dispose = (() => {
      held.delete(part);
      return dispose();
    }) as T['dispose'];
    return part;
  };
  return {
    ...engine,
    async createState(values) {
      const state = await engine.createState(values);
      const dispose = state.dispose.bind(state);
      return hold(state, dispose);
    },
    async compile(step, signature, name) {
      const compiled = await engine.compile(step, signature, name);
      return hold({ ...compiled }, () => compiled.dispose());
    },
    async dispose() {
      for (const part of [...held]) await part.dispose();
    },
  };
}
