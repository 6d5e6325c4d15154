/** Value of a metric of the fake trainer at a step; not a number that 32 bits hold exactly. */
export function valueAt(seed: number, metric: string, step: number): number {
  return Math.sin(seed * 1000 + step + metric.length) / 3;
}

/** Every point of an uninterrupted run of the fake trainer. */
export function expectedPoints(seed: number, steps: number): readonly object[] {
  const metric = (name: string, stride: number): readonly object[] =>
    Array.from({ length: Math.ceil(steps / stride) }, (_, i) => {
      const step = i * stride;
      return { metric: name, step, epoch: step / 100, time: step / 10, value: valueAt(seed, name, step) };
    });
  return [...metric('loss', 1), ...metric('accuracy', 10)];
}
