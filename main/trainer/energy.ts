import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where Linux shows the processor's energy counters (RAPL). */
const POWERCAP = '/sys/class/powercap';

interface Counter {
  readonly file: string;
  /** Microjoules at which the counter starts again from 0. */
  readonly range: number;
  last: number;
}

/** A growing count of joules of all processor packages, or a function that answers null where the machine does not tell (or not us). */
export function energyCounter(folder: string = POWERCAP): () => number | null {
  const counters = openCounters(folder);
  if (counters.length === 0) return () => null;
  let total = 0;
  return () => {
    for (const counter of counters) {
      const now = readNumber(counter.file);
      if (now === null) return null;
      const grown = now - counter.last;
      total += (grown < 0 ? grown + counter.range : grown) / 1e6;
      counter.last = now;
    }
    return total;
  };
}

function openCounters(folder: string): Counter[] {
  return packagesOf(folder).flatMap((name) => {
    const file = join(folder, name, 'energy_uj');
    const [last, range] = [readNumber(file), readNumber(join(folder, name, 'max_energy_range_uj'))];
    return last === null || range === null ? [] : [{ file, range, last }];
  });
}

/** Whole packages only, `intel-rapl:0`; their parts, `intel-rapl:0:1`, would count twice. */
function packagesOf(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => /^intel-rapl:\d+$/.test(name));
  } catch {
    return [];
  }
}

function readNumber(file: string): number | null {
  try {
    const value = Number(readFileSync(file, 'utf8'));
    return Number.isFinite(value) ? value : null;
  } catch {
    return null;
  }
}
