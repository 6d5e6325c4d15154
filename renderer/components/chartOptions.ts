/** How curves are drawn; kept in the address. */
export interface ChartOptionValues {
  readonly x: 'step' | 'epoch' | 'time';
  readonly xTitle: string;
  /** 0..1. */
  readonly smoothing: number;
  readonly logY: boolean;
}

const TITLES = { step: 'step', epoch: 'epoch', time: 'seconds' } as const;

/** The options that an address holds. */
export function chartOptions(query: Readonly<Record<string, string>>): ChartOptionValues {
  const x = query['x'] === 'step' || query['x'] === 'time' ? query['x'] : 'epoch';
  const smoothing = Number(query['smooth'] ?? 0);
  return { x, xTitle: TITLES[x], smoothing: smoothing > 0 && smoothing < 1 ? smoothing : 0, logY: query['log'] === '1' };
}
