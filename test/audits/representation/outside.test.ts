import { beforeAll, describe, expect, it } from 'vitest';
import type { RepresentationAudit } from '../../../preload/contract/vocabulary.ts';
import { exportRepresentations } from '../../../main/audits/representation/formats.ts';
import { forOutside } from '../../../main/audits/representation/outside.ts';
import { auditRepresentations } from '../../../main/audits/representation/representationAudit.ts';
import { representationTables } from '../../../main/audits/representation/tables.ts';
import { representationSection } from '../../../main/audits/report/representationSection.ts';
import { made, matrix, model } from './made.ts';

let audit: RepresentationAudit;
beforeAll(async () => {
  const set = { column: 'sex', value: 'female' };
  const other = { column: 'sex', value: 'male' };
  const named = (from: number) => ({ names: Array.from({ length: 8 }, (_, at) => `row${from + at}`) });
  const associations = [
    { name: 'by sex', x: set, y: other, a: set, b: other, role: 'test' as const },
    { name: 'by name', x: named(0), y: named(10), a: named(20), b: named(30), role: 'benign' as const },
  ];
  const input = made({ subsamples: 1, associations });
  const second = model('<b>other|</b>', matrix(9, null, input.table.target?.codes ?? new Int16Array(0)));
  audit = await auditRepresentations({ ...input, models: [...input.models, second] });
}, 60_000);

/** The same with so many rows of unknown sex. */
function withUnknown(
  n: number,
  source: RepresentationAudit['featureSources'][string] = 'selfReported',
): RepresentationAudit {
  return {
    ...audit,
    featureSources: { sex: source },
    models: audit.models.map((one) => ({
      ...one,
      layers: one.layers.map((layer) => ({
        ...layer,
        groups: layer.groups.map((group) => (group.group === 'unknown' ? { ...group, n } : group)),
      })),
    })),
  };
}

describe('what may leave the workspace', () => {
  it('is everything but the names of rows, where no group is small', () => {
    const shown = forOutside(audit, null);
    expect(shown.models).toEqual(audit.models);
    expect(shown.options.associations[1]?.x).toEqual({ names: [] });
    expect(JSON.stringify(shown)).not.toContain('row20');
  });

  it('leaves a feature out that has a small group, and all that its count could be computed from', () => {
    const shown = forOutside(withUnknown(9), null);
    const [layer] = shown.models[0]?.layers ?? [];
    expect([layer?.groups, layer?.distances, layer?.neighbours, layer?.leakage]).toEqual([[], [], [], []]);
    expect(layer?.associations.map(({ name }) => name)).toEqual(['by name']);
    expect(shown.similarities.map(({ feature }) => feature)).toEqual([null]);
    expect(shown.notes.at(-1)).toBe('sex is left out: one of its groups has fewer than 10 rows.');
    expect(shown.notes.join()).not.toContain('sex unknown');
    expect(layer?.overall.n).toBe(240);
  });

  it('is all where nobody is told of, where it is asked for, and where no row is unknown', () => {
    expect(forOutside(withUnknown(9, 'synthetic'), null).models[0]?.layers[0]?.groups).toHaveLength(3);
    expect(forOutside(withUnknown(9), 0).models[0]?.layers[0]?.groups).toHaveLength(3);
    expect(forOutside(withUnknown(0), null).models[0]?.layers[0]?.groups).toHaveLength(3);
    expect(forOutside(withUnknown(24), 25).models[0]?.layers[0]?.groups).toEqual([]);
  });
});

describe('an audit of representations as a file', () => {
  const text = (format: 'json' | 'html' | 'markdown'): string =>
    new TextDecoder().decode(exportRepresentations(audit, format, '9.9').data);

  it('is JSON with every number', () => {
    expect(JSON.parse(text('json'))).toEqual(JSON.parse(JSON.stringify({ ...audit, version: '9.9' })));
  });

  it('is a page without scripts, its names escaped, every table with a caption', () => {
    const page = text('html');
    expect(page).not.toContain('<b>other');
    expect(page).not.toContain('<script');
    for (const { title } of representationTables(audit)) expect(page).toContain(title.replace('<b>other|</b>', '&lt;b&gt;other|&lt;/b&gt;')); // prettier-ignore
    expect(page.match(/<caption>/g)).toHaveLength(representationTables(audit).length);
  });

  it('is Markdown whose tables have as many cells in every row', () => {
    const lines = text('markdown').split('\n');
    const cells = (line: string): number => line.replaceAll('\\|', '').split('|').length;
    lines.forEach((line, at) => {
      if (line.startsWith('|') && lines[at - 1]?.startsWith('|'))
        expect(cells(line)).toBe(cells(lines[at - 1] ?? ''));
    });
    expect(lines.filter((line) => line.startsWith('## '))).toContain(
      '## Similarity of representations (linear CKA)',
    );
  });

  it('says what a probe learnt from, and never a verdict', () => {
    const page = text('html');
    for (const words of ['raw input', 'untrained encoder', 'shuffled groups', 'largest group always'])
      expect(page).toContain(words);
    expect(page).not.toMatch(/\b(fair|unfair|biased model|compliant|debiased)\b/i);
  });
});

it('is a section of the report of an audit', () => {
  const section = representationSection(audit).text;
  expect(section).toContain('240 of 240 rows of the audit split of made, 120 subjects.');
  expect(section).toContain('Distances between groups: apart, representation');
  expect(section).toContain('Rules and notes of this part');
});
