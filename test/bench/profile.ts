import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Event {
  readonly cat?: string;
  readonly name: string;
  readonly ts: number;
  readonly dur: number;
  readonly args?: { readonly op_name?: string };
}

/** Runs before this one warm up and are left out. */
const FIRST_RUN = 2;
const LISTED = 16;

/** Prints the time per call of every kind of operator, from the newest profile of a step in a folder. */
export function printProfile(folder: string, id: string): void {
  const file = readdirSync(folder)
    .filter((name) => name.startsWith(`${id}_`) && name.endsWith('.json'))
    .sort()
    .at(-1);
  if (file === undefined) throw new Error(`${folder} holds no profile of ${id}.`);
  const events = JSON.parse(readFileSync(join(folder, file), 'utf8')) as Event[];
  const runs = events.filter(({ name }) => name === 'model_run').sort((a, b) => a.ts - b.ts);
  const counted = runs.slice(FIRST_RUN);
  const from = counted[0]?.ts ?? 0;
  const totals = new Map<string, { us: number; calls: number }>();
  for (const { cat, name, ts, dur, args } of events) {
    if (cat !== 'Node' || !name.endsWith('_kernel_time') || ts < from) continue;
    const op = args?.op_name ?? name;
    const known = totals.get(op) ?? { us: 0, calls: 0 };
    totals.set(op, { us: known.us + dur, calls: known.calls + 1 });
  }
  const sum = [...totals.values()].reduce((total, { us }) => total + us, 0);
  for (const [op, { us, calls }] of [...totals].sort((a, b) => b[1].us - a[1].us).slice(0, LISTED)) {
    const ms = (us / 1000 / counted.length).toFixed(2).padStart(9);
    const share = `${((100 * us) / sum).toFixed(1)} %`.padStart(8);
    console.log(`${ms} ms ${share}  ${op} x${Math.round(calls / counted.length)}`);
  }
}
