import type { RunComparison } from '../../preload/contract/vocabulary.ts';
import { canonicalJson } from '../core/canonical.ts';
import type { StoredRun } from '../store/index.ts';

/** Runs beside each other: the settings in which they differ, and the last value of every metric that any has. */
export function compareRuns(runs: readonly StoredRun[]): RunComparison {
  const settings = runs.map((run) => leavesOf(run.config, ''));
  const paths = [...new Set(settings.flatMap((leaves) => [...leaves.keys()]))];
  const configDiff = paths
    .map((path) => ({ path, values: settings.map((leaves) => leaves.get(path) ?? null) }))
    .filter(({ values }) => values.some((value) => value !== values[0]));
  const names = [...new Set(runs.flatMap((run) => Object.keys(run.metrics)))].sort();
  const metrics = names.map((metric) => ({
    metric,
    values: runs.map((run) => run.metrics[metric]?.last ?? null),
  }));
  return { runs: runs.map(rowOf), configDiff, metrics };
}

/** Every setting by its path, as text; a list of plain values is one setting. */
function leavesOf(value: unknown, path: string): Map<string, string> {
  const plain = value === null || typeof value !== 'object';
  const flat = Array.isArray(value) && value.every((item) => item === null || typeof item !== 'object');
  if (plain || flat) return new Map([[path, typeof value === 'string' ? value : canonicalJson(value)]]);
  const children = Object.entries(value).flatMap(([key, item]) => [
    ...leavesOf(item, path === '' ? key : `${path}.${key}`),
  ]);
  return new Map(children);
}

function rowOf({
  config: _config,
  provenance: _provenance,
  results: _results,
  checkpoints: _checkpoints,
  artefacts: _artefacts,
  ...row
}: StoredRun): RunComparison['runs'][number] {
  return row;
}
