import { parse } from 'csv-parse/sync';

/** What stands in an exported file about some rows: the sum of `terms` is `total`. A term is a count's name with its factor. */
export interface Equation {
  readonly terms: ReadonlyMap<string, number>;
  readonly total: number;
}

type Group = Readonly<Record<string, string>>;
interface Estimate {
  readonly value: number | null;
}
interface Row {
  readonly group: Group;
  readonly n: number;
  readonly positives: number | null;
  readonly negatives: number | null;
  readonly metrics: Readonly<Record<string, Estimate>>;
}
interface Contrast extends Estimate {
  readonly kind: string;
  readonly metric: string;
  readonly features: readonly string[];
  readonly relativeTo: string;
  readonly group?: Group;
  readonly reference?: Group;
  readonly max: Group | null;
  readonly min: Group | null;
}

const CELLS = ['TP', 'FN', 'FP', 'TN'] as const;
type Cell = (typeof CELLS)[number];

/** Numerator and denominator of each rate, as every textbook has them; twice for F1. */
const RATES: Readonly<Record<string, readonly [Partial<Record<Cell, number>>, Partial<Record<Cell, number>>]>> = {
  accuracy: [{ TP: 1, TN: 1 }, { TP: 1, TN: 1, FP: 1, FN: 1 }],
  selectionRate: [{ TP: 1, FP: 1 }, { TP: 1, TN: 1, FP: 1, FN: 1 }],
  truePositiveRate: [{ TP: 1 }, { TP: 1, FN: 1 }],
  falsePositiveRate: [{ FP: 1 }, { FP: 1, TN: 1 }],
  precision: [{ TP: 1 }, { TP: 1, FP: 1 }],
  f1: [{ TP: 2 }, { TP: 2, FP: 1, FN: 1 }],
}; // prettier-ignore

/** An attacker who knows which combinations of features there are, and reads every number of every file. */
export class Attacker {
  readonly equations: Equation[] = [];
  private readonly atoms: readonly Group[];
  private readonly learnt = new Set<string>();
  private solved: { readonly names: readonly string[]; readonly vertex: Vertex } | null = null;

  /** @param atoms the finest groups */
  constructor(atoms: readonly Group[]) {
    this.atoms = atoms;
  }

  /** Reads an audit's JSON; counts of what a model got right are of that model. */
  readJson(text: string): void {
    const audit = JSON.parse(text) as Record<string, unknown>;
    const models = (audit['runs'] as Record<string, unknown>[] | undefined) ?? [audit];
    for (const model of models) {
      const run = String(model['run']);
      const rows = [model['overall'], ...(model['groups'] as unknown[])] as Row[];
      for (const row of rows) this.readRow(run, row);
      const rates = new Map(rows.flatMap(({ group, metrics }) => Object.entries(metrics).flatMap(([id, { value }]) => (value === null ? [] : [[`${id} ${keyOf(group)}`, value] as const]))));
      for (const one of model['disparities'] as Contrast[]) this.readContrast(run, one, rates);
      for (const one of (model['impact'] as { group: Group; n: number; selectionRate: number | null }[] | undefined) ?? []) {
        this.learn(run, one.group, all(1), one.n);
        this.learnRate(run, one.group, 'selectionRate', one.selectionRate);
      }
    }
  } // prettier-ignore

  /** Reads an audit's table of numbers. */
  readCsv(text: string): void {
    const rows = parse(text, { columns: true }) as unknown as Readonly<Record<string, string>>[];
    for (const { run = '', kind = '', group = '', metric = '', value = '', n = '', positives = '', negatives = '' } of rows) {
      if (!['overall', 'group', 'impact'].includes(kind)) continue;
      const of = Object.fromEntries(group.split('; ').filter((part) => part !== '').map((part) => part.split('=') as [string, string]));
      const counted = [n, positives, negatives].map((count) => (count === '' ? null : Number(count)));
      this.readRow(run, { group: of, n: counted[0] ?? 0, positives: counted[1] ?? null, negatives: counted[2] ?? null, metrics: { [metric]: { value: value === '' ? null : Number(value) } } });
    }
  } // prettier-ignore

  /** The least and the most that a count of a group can be, given all that was read; counts are not below 0. */
  bounds(run: string, group: Group, cells: Partial<Record<Cell, number>>): readonly [number, number] {
    this.solved ??= this.solve();
    const { names, vertex } = this.solved;
    const terms = this.terms(run, group, cells);
    const goal = names.map((name) => terms.get(name) ?? 0);
    if ([...terms.keys()].some((name) => !names.includes(name))) return [0, Infinity];
    return [least(vertex, goal), -least(vertex, goal.map((factor) => -factor))];
  } // prettier-ignore

  private solve(): { readonly names: readonly string[]; readonly vertex: Vertex } {
    const names = [...new Set(this.equations.flatMap(({ terms }) => [...terms.keys()]))];
    const rows = this.equations.map(({ terms, total }) => [
      ...names.map((name) => terms.get(name) ?? 0),
      total,
    ]);
    return { names, vertex: vertexOf(rows, names.length) };
  }

  private readRow(run: string, { group, n, positives, negatives, metrics }: Row): void {
    this.learn(run, group, all(1), n);
    if (positives !== null) this.learn(run, group, { TP: 1, FN: 1 }, positives);
    if (negatives !== null) this.learn(run, group, { FP: 1, TN: 1 }, negatives);
    for (const [id, { value }] of Object.entries(metrics)) this.learnRate(run, group, id, value);
  }

  /** A difference, with a rate that is known on one side, gives the rate of the other. */
  private readContrast(run: string, one: Contrast, rates: ReadonlyMap<string, number>): void {
    if (one.kind !== 'difference' || one.value === null) return;
    const [above, below] = one.relativeTo === 'reference' ? [one.group, one.reference] : one.relativeTo === 'betweenGroups' ? [one.max, one.min] : [];
    if (!above || !below) return;
    const [high, low] = [above, below].map((group) => rates.get(`${one.metric} ${keyOf(group)}`));
    if (high === undefined && low !== undefined) this.learnRate(run, above, one.metric, low + one.value);
    if (low === undefined && high !== undefined) this.learnRate(run, below, one.metric, high - one.value);
  } // prettier-ignore

  private learnRate(run: string, group: Group, metric: string, value: number | null): void {
    const [top, bottom] = RATES[metric] ?? [];
    if (!top || !bottom || value === null) return;
    const cells = Object.fromEntries(
      CELLS.map((cell) => [cell, (top[cell] ?? 0) - value * (bottom[cell] ?? 0)]),
    );
    this.learn(run, group, cells, 0);
  }

  private learn(run: string, group: Group, cells: Partial<Record<Cell, number>>, total: number): void {
    const terms = this.terms(run, group, cells);
    const said = JSON.stringify([[...terms].map(([name, factor]) => [name, factor.toFixed(9)]), total]);
    if (!this.learnt.has(said)) this.equations.push({ terms, total });
    this.learnt.add(said);
  }

  /** Who is positive is the same in every run; what a run says of them is its own. */
  private terms(run: string, group: Group, cells: Partial<Record<Cell, number>>): ReadonlyMap<string, number> {
    const terms = new Map<string, number>();
    for (const atom of this.atoms.filter((one) => Object.entries(group).every(([name, value]) => one[name] === value)))
      for (const cell of CELLS) if ((cells[cell] ?? 0) !== 0) terms.set(`${run} ${keyOf(atom)} ${cell}`, cells[cell] ?? 0);
    return terms;
  } // prettier-ignore

  /** The same people stand behind every run: their truth does not change. */
  tie(runs: readonly string[]): void {
    const [first = '', ...others] = runs;
    for (const run of others)
      for (const atom of this.atoms)
        for (const pair of [['TP', 'FN'], ['FP', 'TN']] as const) {
          const sides = [[first, 1], [run, -1]] as const;
          const terms = new Map(sides.flatMap(([name, sign]) => pair.map((cell) => [`${name} ${keyOf(atom)} ${cell}`, sign] as const)));
          this.equations.push({ terms, total: 0 });
        }
  } // prettier-ignore
}

function all(factor: number): Record<Cell, number> {
  return { TP: factor, FN: factor, FP: factor, TN: factor };
}

function keyOf(group: Group): string {
  return JSON.stringify(Object.entries(group).sort(([a], [b]) => (a < b ? -1 : 1)));
}

const NOTHING = 1e-7;

/** A corner of what the equations leave possible. */
export interface Vertex {
  readonly table: readonly (readonly number[])[];
  readonly basis: readonly number[];
  readonly width: number;
}

/** Some x >= 0 with the equations `rows` ([…factors, total]): the first phase of the simplex method, with Bland's rule. */
export function vertexOf(rows: readonly (readonly number[])[], width: number): Vertex {
  const table = rows.map((row) => {
    const sign = (row[width] ?? 0) < 0 ? -1 : 1;
    return [...row].map((entry) => sign * entry);
  });
  // Artificial variables, one a row, are driven to 0; they need no columns, for they never come back.
  const basis = table.map(() => -1);
  const cost = Array.from(
    { length: width + 1 },
    (_, at) => -table.reduce((sum, row) => sum + (row[at] ?? 0), 0),
  );
  walk(table, cost, basis, width);
  if (Math.abs(cost[width] ?? 0) > 1e-4)
    throw new Error(`The files contradict each other by ${cost[width]}.`);
  table.forEach((row, at) => {
    if (basis[at] !== -1) return;
    const entering = row.findIndex((entry, place) => place < width && Math.abs(entry) > NOTHING);
    if (entering >= 0) pivot(table, cost, basis, at, entering);
  });
  // Rows that say nothing new are empty by now.
  const kept = basis.flatMap((variable, at) => (variable === -1 ? [] : [at]));
  return { table: kept.map((at) => table[at] ?? []), basis: kept.map((at) => basis[at] ?? -1), width };
}

/** The least of `goal · x` from a corner on: the second phase. */
export function least({ table: rows, basis: first, width }: Vertex, goal: readonly number[]): number {
  const table = rows.map((row) => [...row]);
  const basis = [...first];
  const cost = [...goal, 0];
  table.forEach((row, at) => {
    const factor = cost[basis[at] ?? -1] ?? 0;
    if (factor !== 0) row.forEach((entry, place) => (cost[place] = (cost[place] ?? 0) - factor * entry));
  });
  return walk(table, cost, basis, width) ? -(cost[width] ?? 0) : -Infinity;
}

/** Pivots until no cost is negative; false if the goal has no least value. */
function walk(table: number[][], cost: number[], basis: number[], width: number): boolean {
  for (;;) {
    const entering = cost.findIndex((entry, at) => at < width && entry < -NOTHING);
    if (entering < 0) return true;
    let leaving = -1;
    let least = Infinity;
    table.forEach((row, at) => {
      const factor = row[entering] ?? 0;
      if (factor <= NOTHING) return;
      const ratio = (row[width] ?? 0) / factor;
      if (ratio > least + NOTHING || (ratio > least - NOTHING && (basis[at] ?? 0) > (basis[leaving] ?? 0)))
        return;
      [leaving, least] = [at, ratio];
    });
    if (leaving < 0) return false;
    pivot(table, cost, basis, leaving, entering);
  }
}

function pivot(table: number[][], cost: number[], basis: number[], leaving: number, entering: number): void {
  const row = table[leaving] ?? [];
  const scale = row[entering] ?? 1;
  row.forEach((entry, at) => (row[at] = entry / scale));
  for (const other of [...table, cost]) {
    const factor = other[entering] ?? 0;
    if (other !== row && factor !== 0)
      row.forEach((entry, at) => (other[at] = (other[at] ?? 0) - factor * entry));
  }
  basis[leaving] = entering;
}
