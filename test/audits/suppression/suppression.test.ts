import { describe, expect, it } from 'vitest';
import { assess } from '../../../main/audits/audit.ts';
import type { AssessInput } from '../../../main/audits/table.ts';
import { exportReport, REPORT_FORMAT_IDS } from '../../../main/audits/reportFormats.ts';
import { keyOf } from '../../../main/audits/suppression/relations.ts';
import { decide, type Shown } from '../../../main/audits/suppression/release.ts';
import { saidOf } from '../../../main/audits/suppression/suppressAudit.ts';
import { suppressReport } from '../../../main/audits/suppression/suppressReport.ts';
import { Rng } from '../../../main/core/rng.ts';
import type { Audit, AuditOptions, GroupKey } from '../../../preload/contract/vocabulary.ts';
import { facts, options } from '../tables.ts';
import { reportInput } from '../reports.ts';
import { Attacker, least, vertexOf } from './attacker.ts';

const SEXES = ['f', 'm'] as const;
const RACES = ['Alpha', 'Beta', 'Gamma', 'Delta', 'Epsilon'] as const;
const ATOMS = SEXES.flatMap((sex) => RACES.map((race) => ({ sex, race })));
/** What a report is made of besides the audit. */
const BASE = reportInput();
const CELLS = ['TP', 'FN', 'FP', 'TN'] as const;

interface People {
  readonly seed: number;
  /** Rows of each race within each sex. */
  readonly sizes: readonly (readonly number[])[];
  /** How often each run is wrong. */
  readonly wrong?: readonly number[];
}

/** Rows of made people: truth a coin, predictions wrong now and then. */
function people({ seed, sizes, wrong = [0.3] }: People): AssessInput {
  const rng = Rng.stream(seed, 'people');
  const rows = SEXES.flatMap((_, sex) => RACES.flatMap((_race, race) => Array.from({ length: sizes[sex]?.[race] ?? 0 }, () => ({ sex, race }))));
  const truth = Int16Array.from(rows, () => rng.below(2));
  return {
    facts: { ...facts, hashes: { split: 's'.repeat(64) } },
    options: { ...options, features: ['sex', 'race'], draws: 20, metrics: ['accuracy', 'truePositiveRate', 'falsePositiveRate', 'precision', 'selectionRate', 'f1'] },
    models: wrong.map((share, at) => ({
      ...{ run: `run-${at + 1}`, name: `run ${at + 1}`, method: 'simclr', seed: at, names: null, classes: ['no', 'yes'], scores: null },
      predicted: truth.map((code) => (rng.uniform() < share ? 1 - code : code)),
    })),
    table: {
      target: 'answer', classes: ['no', 'yes'], truth, subjects: null, names: null,
      sensitive: [
        { name: 'sex', source: 'selfReported', values: [...SEXES], codes: Int16Array.from(rows, ({ sex }) => sex) },
        { name: 'race', source: 'selfReported', values: [...RACES], codes: Int16Array.from(rows, ({ race }) => race) },
      ],
    },
  };
} // prettier-ignore

function audited(input: AssessInput, change: Partial<AuditOptions> = {}, id = 'audit-1'): Audit {
  return assess({ ...input, facts: { ...input.facts, id }, options: { ...input.options, ...change } });
}

/** The counts as they are: what nobody may learn. */
function truthOf({ table, models }: AssessInput, model: number, group: GroupKey): Record<'n' | (typeof CELLS)[number], number> {
  const counts = { n: 0, TP: 0, FN: 0, FP: 0, TN: 0 };
  table.truth.forEach((truth, row) => {
    const inside = table.sensitive.every(({ name, values, codes }) => group[name] === undefined || values[codes[row] ?? -1] === group[name]);
    if (!inside) return;
    const said = models[model]?.predicted[row];
    counts.n++;
    counts[truth === 1 ? (said === 1 ? 'TP' : 'FN') : said === 1 ? 'FP' : 'TN']++;
  });
  return counts;
} // prettier-ignore

async function exported(audit: Audit, shown: Shown, formats: readonly string[] = REPORT_FORMAT_IDS): Promise<ReadonlyMap<string, string>> {
  const input = suppressReport({ ...BASE, audit, runs: [], dataset: null }, shown);
  const files = new Map<string, string>();
  for (const format of formats) {
    const print = (page: Uint8Array) => Promise.resolve(page);
    files.set(format, new TextDecoder().decode((await exportReport(format, input, { print })).data));
  }
  return files;
} // prettier-ignore

function shownOf(audit: Audit, before: readonly Shown[] = [], least = 10): Shown {
  const shown = decide({ audit, least }, before);
  if ('why' in shown) throw new Error(`Nothing can be shown: ${JSON.stringify(shown)}`);
  return shown;
}

const GROUPS: readonly GroupKey[] = [
  ...SEXES.map((sex) => ({ sex })),
  ...RACES.map((race) => ({ race })),
  ...ATOMS,
];

/** Counts below 10 that an attacker has down to one possible value. */
function found(attacker: Attacker, input: AssessInput, secret: (group: GroupKey, cell: string) => boolean = () => true): string[] {
  return input.models.flatMap(({ run }, model) =>
    GROUPS.flatMap((group) => {
      const counts = truthOf(input, model, group);
      if (counts.n === 0) return [];
      const asked = { n: { TP: 1, FN: 1, FP: 1, TN: 1 }, TP: { TP: 1 }, FN: { FN: 1 }, FP: { FP: 1 }, TN: { TN: 1 } } as const;
      return (['n', ...CELLS] as const).flatMap((cell) => {
        if (counts[cell] >= 10 || !secret(group, cell)) return [];
        const [least, most] = attacker.bounds(run ?? '', group, asked[cell]);
        return most - least < 0.999 ? [`${run} ${keyOf(group)} ${cell} = ${counts[cell]}`] : [];
      });
    }),
  );
} // prettier-ignore

async function attack(releases: readonly Shown[], input: AssessInput): Promise<string[]> {
  const attacker = new Attacker(ATOMS);
  for (const shown of releases) {
    const files = await exported(shown.release.audit, shown, ['json', 'csv']);
    attacker.readJson(files.get('json') ?? '');
    attacker.readCsv(files.get('csv') ?? '');
  }
  attacker.tie(input.models.map(({ run }) => run ?? ''));
  return found(attacker, input);
}

const SMALL = people({ seed: 3, sizes: [[120, 90, 70, 40, 4], [110, 80, 60, 7, 45]] }); // prettier-ignore

describe('the attacker', () => {
  it('solves what can be solved: least and most of linear programs', () => {
    const minimum = (rows: number[][], goal: number[]): number => least(vertexOf(rows, 2), goal);
    expect(minimum([[1, 1, 10], [1, -1, 4]], [1, 0])).toBeCloseTo(7); // prettier-ignore
    expect(minimum([[1, 1, 10], [2, 2, 20]], [1, 0])).toBeCloseTo(0); // prettier-ignore
    expect(minimum([[1, 1, 10]], [-1, 0])).toBeCloseTo(-10);
    expect(minimum([[1, -1, 0]], [-1, 0])).toBe(-Infinity);
  });

  it('finds every small count in what is not suppressed, and in what only lacks the small groups', async () => {
    const audit = audited(SMALL);
    const all: Shown = { release: { audit, least: 0 }, hidden: new Set(), rateless: new Set() };
    expect((await attack([all], SMALL)).length).toBeGreaterThan(10);
    const only = new Set([keyOf({ sex: 'f', race: 'Epsilon' }), keyOf({ sex: 'm', race: 'Delta' })]);
    const naive: Shown = { release: { audit, least: 10 }, hidden: only, rateless: only };
    expect(await attack([naive], SMALL)).toContain('run-1 [["race","Epsilon"],["sex","f"]] n = 4');
  });
});

describe('an export without small cells', () => {
  const audit = audited(SMALL);
  const shown = shownOf(audit);

  it('gives no count below 10 back, whoever solves the system of all its numbers', async () => {
    expect(await attack([shown], SMALL)).toEqual([]);
    expect(shown.hidden.size).toBeGreaterThan(2);
  });

  it('still shows everybody and large groups, and says in every format what is left out', async () => {
    const files = await exported(audit, shown);
    const { overall, groups } = JSON.parse(files.get('json') ?? '') as { overall: { n: number }; groups: { group: GroupKey }[] }; // prettier-ignore
    expect(overall.n).toBe(626);
    expect(groups.length).toBeGreaterThan(3);
    const [said = ''] = saidOf(audit, shown);
    expect(said).toMatch(/^Counts below 10 are not shown, nor others from which they would follow\. Left out: .*race Epsilon/);
    for (const [format, text] of files) if (format !== 'cyclonedx') expect(text, format).toContain('Counts below 10 are not shown');
  }); // prettier-ignore

  it('is the same in every format: no table names a group that is hidden', async () => {
    const titles = groupsOnlyIn(shown);
    expect(titles).toContain('f, Epsilon');
    for (const [format, text] of await exported(audit, shown)) {
      const plain = text.replaceAll('\\', '').replaceAll('&#39;', "'");
      for (const title of titles) expect(plain, `${format}: ${title}`).not.toContain(title);
    }
  });

  it('leaves out what is made of hidden groups, and shows what is made of others', () => {
    const { models, differences } = suppressReport(
      { ...BASE, audit, runs: [], dataset: null },
      shown,
    ).audit;
    const [model] = models;
    const named =
      model?.disparities.flatMap(({ group, reference, max, min }) => [group, reference, max, min]) ?? [];
    for (const group of named) if (group) expect(shown.rateless.has(keyOf(group))).toBe(false);
    expect(model?.impact?.some(({ features }) => features.includes('race'))).toBe(false);
    expect(differences).toEqual([]);
  });

  it('with a least of 0 is the audit as it is', () => {
    const input = { ...BASE, audit };
    expect(suppressReport(input, shownOf(audit, [], 0))).toBe(input);
  });

  it('is refused where not even everybody can be shown', () => {
    const tiny = audited(people({ seed: 1, sizes: [[3, 1, 0, 0, 0], [2, 0, 0, 0, 0]] })); // prettier-ignore
    expect(decide({ audit: tiny, least: 10 }, [])).toEqual({ why: 'small' });
  });

  it('shows sizes but no rate where a model is wrong about very few', () => {
    const input = people({ seed: 5, sizes: [[300, 200, 0, 0, 0], [300, 200, 0, 0, 0]], wrong: [0.002] }); // prettier-ignore
    const sure = audited(input);
    const decided = shownOf(sure);
    expect(decided.hidden.size).toBe(0);
    expect(decided.rateless.size).toBeGreaterThan(4);
    const [model] = suppressReport({ ...BASE, audit: sure, runs: [], dataset: null }, decided).audit
      .models;
    expect(model?.groups.find(({ group }) => group['sex'] === 'f')).toMatchObject({ n: 500, metrics: { accuracy: { value: null } } }); // prettier-ignore
    expect(model?.overall.metrics['accuracy']?.reason).toMatch(/fewer than 10/);
  });
});

describe('successive exports', () => {
  it.each([
    ['coarse before fine', [{ features: ['sex'] }, { features: ['race'] }, {}]],
    ['fine before coarse', [{}, { features: ['race'] }, { features: ['sex'] }]],
    ['one metric after another', [{ metrics: ['accuracy'] }, { metrics: ['selectionRate'] }, { metrics: ['truePositiveRate', 'precision'] }]],
    ['one metric by one feature each', [{ metrics: ['accuracy'], features: ['race'] }, { metrics: ['truePositiveRate'] }, { metrics: ['falsePositiveRate'], features: ['sex'] }]],
  ] as const)('of the same rows, %s, together give no small count back', async (_, changes) => {
    const before: Shown[] = [];
    changes.forEach((change, at) => {
      const options = structuredClone(change) as Partial<AuditOptions>;
      before.push(shownOf(audited(SMALL, options, `audit-${at}`), before));
    });
    expect(await attack(before, SMALL)).toEqual([]);
  }); // prettier-ignore

  it('after somebody left are refused as long as fewer than 10 did, for the difference is them', () => {
    const first = audited(people({ seed: 2, sizes: [[120, 90, 0, 0, 0], [110, 80, 0, 0, 0]] })); // prettier-ignore
    const later = (gone: number): Audit => {
      const input = people({ seed: 2, sizes: [[120 - gone, 90, 0, 0, 0], [110, 80, 0, 0, 0]] }); // prettier-ignore
      return audited(
        { ...input, facts: { ...input.facts, hashes: { split: 't'.repeat(64) } } },
        {},
        'audit-2',
      );
    };
    const before = [shownOf(first)];
    expect(decide({ audit: later(1), least: 10 }, before)).toEqual({ why: 'differs', from: 'audit-1' });
    expect(decide({ audit: { ...later(1), dataset: 'other' }, least: 10 }, before)).not.toHaveProperty('why');
    expect(decide({ audit: later(1), least: 0 }, before)).not.toHaveProperty('why');
  });
});

describe('whatever the table', () => {
  it.each(Array.from({ length: 6 }, (_, seed) => seed))(
    'no small count comes back (table %d)',
    async (seed) => {
      const rng = Rng.stream(seed, 'sizes');
      const sizes = SEXES.map(() => RACES.map(() => [0, 3, 8, 14, 40, 90][rng.below(6)] ?? 0));
      const input = people({ seed, sizes, wrong: [0.35] });
      const audit = audited(input);
      const decided = decide({ audit, least: 10 }, []);
      if (!('why' in decided)) expect(await attack([decided], input)).toEqual([]);
    },
  );
});

/** Titles of hidden intersections, as tables write them. */
function groupsOnlyIn({ hidden }: Shown): readonly string[] {
  return ATOMS.filter((atom) => hidden.has(keyOf(atom))).map(({ sex, race }) => `${sex}, ${race}`);
}
