import type { Engine } from './engine.ts';

/** Work done through a metered engine. */
export interface Meter {
  flops: number;
  seconds: number;
}

/** The same engine with a meter that counts the operations and the seconds of every step it runs. */
export function metered(
  engine: Engine,
  clock: () => number,
): { readonly engine: Engine; readonly meter: Meter } {
  const meter: Meter = { flops: 0, seconds: 0 };
  const wrapped: Engine = {
    ...engine,
    async compile(step, signature, name) {
      const compiled = await engine.compile(step, signature, name);
      return {
        ...compiled,
        async run(state, inputs) {
          const start = clock();
          const outputs = await compiled.run(state, inputs);
          meter.seconds += clock() - start;
          meter.flops += compiled.flops ?? 0;
          return outputs;
        },
      };
    },
  };
  return { engine: wrapped, meter };
}
