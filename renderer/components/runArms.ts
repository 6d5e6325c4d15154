import type { RunComparison, RunId, RunRow } from '../../preload/contract/vocabulary.ts';

/** Runs that differ in nothing but the seed. */
export interface RunArm {
  readonly id: string;
  readonly label: string;
  readonly colour: number;
  readonly runs: readonly RunRow[];
}

/** Runs by what their configs have in common besides the seed, in the order of the runs; the first run gives name and colour. */
export function runArms(comparison: RunComparison): readonly RunArm[] {
  const settings = comparison.configDiff.filter(({ path }) => path !== 'seed');
  const arms = new Map<string, RunRow[]>();
  comparison.runs.forEach((run, at) => {
    const key = JSON.stringify(settings.map(({ values }) => values[at] ?? null));
    arms.set(key, [...(arms.get(key) ?? []), run]);
  });
  return [...arms].flatMap(([id, runs]) => {
    const [first] = runs;
    if (!first) return [];
    return [
      {
        id,
        label:
          runs.length === 1 ? `${first.name}, seed ${first.seed}` : `${first.name}, ${runs.length} seeds`,
        colour: first.colour,
        runs,
      },
    ];
  });
}

/** Samples of one step of each run, as far as its row tells: for an axis of samples seen. */
export function samplesPerStep(run: Pick<RunRow, 'cost' | 'progress'>): number | null {
  const steps = run.progress?.step ?? 0;
  return run.cost && steps > 0 ? run.cost.samplesSeen / steps : null;
}

/** Runs without those that were switched off. */
export function shownRuns(runs: readonly RunRow[], hidden: readonly RunId[]): readonly RunRow[] {
  return runs.filter((run) => !hidden.includes(run.id));
}
