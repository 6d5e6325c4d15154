import { describe, expect, it, vi } from 'vitest';
import type { Audit, JobRow } from '../../preload/contract/vocabulary.ts';
import { known, pretext } from './scriptedPretext.ts';

const audit = {
  id: 'made-1', name: 'mine', features: ['race'], options: { split: 'audit' }, target: 'label', primary: null, models: [], differences: [], notes: [],
} as unknown as Audit; // prettier-ignore
const job = { id: 'job-1', title: 'Audit', state: 'finished', result: 'made-1' } as unknown as JobRow;

/** What `audits.create` or `audits.predictions` was asked for. */
async function asked(...args: readonly string[]): Promise<unknown> {
  const call = vi.fn((_given: unknown) => 'job-1');
  const { code, err } = await pretext(['audit', ...args, '--json'], {
    ...known, 'audits.create': call, 'audits.predictions': call, 'jobs.get': () => job, 'audits.get': () => audit,
  }); // prettier-ignore
  expect([code, err.includes('error')]).toEqual([0, false]);
  return call.mock.calls[0]?.[0];
}

const table = ['--predictions', 'p.csv', '--truth', 'y', '--prediction', 'p', '--features', 'race'];

describe('pretext audit', () => {
  it('takes references, thresholds by group, a control feature and a baseline', async () => {
    expect(
      await asked(
        ...[
          'run-abc',
          'run-abd',
          '--features',
          'race,sex',
          '--reference-group',
          'race=White',
          '--reference-group',
          'sex=a=b',
        ],
        ...[
          '--group-threshold',
          'race=White:0.4',
          '--group-threshold',
          'race=a:b:0.6',
          '--control',
          'sex',
          '--baseline',
          'run-abd',
        ],
        ...['--threshold-chosen-on', 'validation', '--checkpoint-chosen-on', 'audit'],
      ),
    ).toMatchObject({
      runs: ['run-abc', 'run-abd'],
      options: {
        references: { race: 'White', sex: 'a=b' },
        groupThresholds: { feature: 'race', values: { White: 0.4, 'a:b': 0.6 } },
        control: 'sex',
        baseline: 'run-abd',
        chosenOn: { threshold: 'validation', checkpoint: 'audit' },
      },
    });
  });

  it('takes weights and numbers of a table', async () => {
    expect(await asked(...table, '--weight', 'w', '--numeric')).toMatchObject({ weight: 'w', numeric: true });
    expect(await asked(...table)).toMatchObject({ weight: null, numeric: false });
  });

  it.each([
    [['run-xyz', '--features', 'a', '--reference-group', 'White'], '"White" is not feature=value.'],
    [
      ['run-xyz', '--features', 'a', '--group-threshold', 'a=b:2'],
      '"a=b:2" does not end with a threshold from 0 to 1.',
    ],
    [
      ['run-xyz', '--features', 'a', '--group-threshold', 'a=b'],
      '"a=b" does not end with a threshold from 0 to 1.',
    ],
    [
      ['run-xyz', '--features', 'a', '--group-threshold', 'a=b:.1', '--group-threshold', 'c=b:.1'],
      'Thresholds are given by group of a and of c.',
    ],
    [['run-xyz', '--features', 'a', '--weight', 'w'], '--weight belongs to --predictions <csv>.'],
    [['run-xyz', '--features', 'a', '--numeric'], '--numeric belongs to --predictions <csv>.'],
    [[...table, '--baseline', 'x'], '--baseline is one of several runs; a table holds one model.'],
  ])('refuses %j', async (args, sentence) => {
    const { code, err } = await pretext(['audit', ...args], known);
    expect([code, err.split('\n')[0]]).toEqual([2, sentence]);
  });
});

describe('pretext audit verify', () => {
  const head = 'a'.repeat(64);

  it('says that all audits are as written', async () => {
    const { code, out } = await pretext(['audit', 'verify'], {
      'audits.verify': () => ({ audits: 2, whole: true, head, broken: null }),
    });
    expect([code, out]).toEqual([0, `2 audits are as written; the chain ends with ${head}\n`]);
  });

  it.each([[[]], [['--json']]])('names the first that is not and ends with 1 %j', async (more) => {
    const broken = { audit: 'audit-7', name: 'mine', what: 'Its content is not what was stored.' };
    const { code, out, err } = await pretext(['audit', 'verify', ...more], {
      'audits.verify': () => ({ audits: 2, whole: false, head, broken }),
    });
    expect([code, err.split('\n')[0]]).toEqual([
      1,
      'Audit audit-7 (mine) is not as it was written: Its content is not what was stored.',
    ]);
    expect(out).toBe(
      more.length === 0 ? '' : `${JSON.stringify({ audits: 2, whole: false, head, broken }, null, 2)}\n`,
    );
  });
});
