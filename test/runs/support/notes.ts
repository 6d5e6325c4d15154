import { appendFileSync, readFileSync } from 'node:fs';
import type { MetricPoint } from '../../../preload/contract/vocabulary.ts';

/** Notes metric and step of points beside what is tested; a note is whole only with its full stop. */
export function appendNotes(file: string, points: readonly Pick<MetricPoint, 'metric' | 'step'>[]): void {
  appendFileSync(file, points.map(({ metric, step }) => `\n${metric} ${step}.`).join(''));
}

/** The notes of a file. What a process killed in the middle of a note left of it is none: the point may not be held against anybody. */
export function readNotes(file: string): readonly string[] {
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.filter((line) => line.endsWith('.')).map((line) => line.slice(0, -1));
}
