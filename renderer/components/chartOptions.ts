/** How curves are drawn; kept in the address. */
export interface ChartOptionValues {
  readonly x: 'step' | 'epoch' | 'time' | 'samples';
  readonly xTitle: string;
  /** 0..1. */
  readonly smoothing: number;
  readonly logY: boolean;
}

const TITLES = { step: 'step', epoch: 'epoch', time: 'seconds', samples: 'samples seen' } as const;

/** The options that an address holds; `samples` only where the page can tell samples. */
export function chartOptions(query: Readonly<Record<string, string>>, samples = false): ChartOptionValues {
  const asked = query['x'];
  const x = asked === 'step' || asked === 'time' || (asked === 'samples' && samples) ? asked : 'epoch';
  const smoothing = Number(query['smooth'] ?? 0);
  return { x, xTitle: TITLES[x], smoothing: smoothing > 0 && smoothing < 1 ? smoothing : 0, logY: query['log'] === '1' };
}
