import { describe, expect, it } from 'vitest';
import type { Handlers } from '../../preload/contract/calls.ts';
import type { JobRow, LimitState, PolicyResult, PolicyRow } from '../../preload/contract/vocabulary.ts';
import { known, pretext } from './scriptedPretext.ts';

const job = { id: 'job-1', title: 'Check yearly', state: 'finished', result: 'check-1' } as unknown as JobRow;
const policy = {
  ...{
    id: 'policy-1',
    name: 'yearly',
    scopeName: 'digits',
    state: null,
    checks: 0,
    due: '2027-11-22T00:00:00.000Z',
  },
  overdue: false,
} as unknown as PolicyRow;

function result(state: LimitState, fresh = true): PolicyResult {
  const group = { race: 'blue' };
  const value = { group, reference: null, value: 0.75, low: 0.7, high: 0.8, state, reason: null };
  const limit = {
    metric: 'accuracy',
    subject: { of: 'group', feature: 'race', group: 'blue' },
    low: 0.6,
    high: null,
  } as const;
  return {
    ...{
      id: 'check-1',
      policy: 'policy-1',
      created: '2026-11-22T00:00:00.000Z',
      audit: 'audit-1',
      runs: ['run-xyz'],
    },
    ...{
      state,
      fresh,
      subject: 'x',
      findings: [{ limit, run: 'run-xyz', runName: 'one', state, values: [value] }],
    },
  };
}

function checking(state: LimitState, fresh = true): Partial<Handlers> {
  return {
    ...known,
    'policies.check': () => 'job-1',
    'jobs.get': () => job,
    'policies.result': () => result(state, fresh),
    'policies.get': () => policy,
  };
}

describe('pretext policy check', () => {
  it('ends with 0 where every limit is met, and shows value, interval and limit', async () => {
    const { code, out, err } = await pretext(['policy', 'check', 'yearly', 'run-xyz'], checking('met'));
    expect([code, err]).toEqual([0, '']);
    expect(out).toContain('yearly: limit met\n');
    expect(out).toMatch(/one +accuracy blue +0\.7500 +0\.7000 to 0\.8000 +0\.6\.\. +limit met\n/);
    expect(out).toContain('Due again 2027-11-22.\n');
  });

  it.each([
    ['exceeded', 'yearly: limit exceeded.\n'],
    ['insufficientEvidence', 'yearly: insufficient evidence.\n'],
  ] as const)(
    'ends with 3 where one is %s, with its result on standard output all the same',
    async (state, words) => {
      const { code, out, err, closed } = await pretext(['policy', 'check', 'yearly', 'run-xyz', '--json'], checking(state)); // prettier-ignore
      expect([code, err, closed]).toEqual([3, words, 1]);
      expect(JSON.parse(out)).toMatchObject({ state, fresh: true });
    },
  );

  it('says which group is compared with which', async () => {
    const [finding] = result('met').findings;
    const of = (of: 'difference' | 'ratio') =>
      ({ of, feature: 'race', group: 'blue', reference: 'red' }) as const;
    const findings = finding
      ? (['difference', 'ratio'] as const).map((kind) => ({
          ...finding,
          limit: { ...finding.limit, subject: of(kind) },
          values: finding.values.map((value) => ({ ...value, reference: { race: 'red' } })),
        }))
      : [];
    const handlers = { ...checking('met'), 'policies.result': () => ({ ...result('met'), findings }) };
    const { out } = await pretext(['policy', 'check', 'yearly', 'run-xyz'], handlers);
    expect(out).toContain('accuracy blue − red');
    expect(out).toContain('accuracy blue / red');
  });

  it('says where nothing is new', async () => {
    const { out } = await pretext(['policy', 'run', 'yearly', 'run-xyz'], checking('met', false));
    expect(out).toContain(
      'Checkpoints, data and metrics are those of an earlier check: the due date stays.\n',
    );
  });
});

describe('pretext policy create', () => {
  const create = async (...limits: readonly string[]) => {
    const seen: unknown[] = [];
    const handlers: Partial<Handlers> = {
      ...known,
      'policies.create': (args) => {
        seen.push(args.limits);
        return policy;
      },
    };
    const given = limits.flatMap((limit) => ['--limit', limit]);
    const outcome = await pretext(
      ['policy', 'create', 'yearly', '--dataset', 'd', '--features', 'sex', ...given],
      handlers,
    );
    return { ...outcome, limits: seen[0] };
  };

  it('reads limits of every kind', async () => {
    const { code, limits } = await create(
      ...['accuracy>=0.8', 'truePositiveRate[sex=female]<=.7', 'selectionRate[sex]>=0.2'],
      ...[
        'selectionRate[sex=female - male]=-0.1..0.1',
        'selectionRate[sex=a-b / c d]>=0.8',
        'brier[sex: differences]=-.1..0.1',
      ],
    );
    expect(code).toBe(0);
    expect(limits).toEqual([
      { metric: 'accuracy', subject: { of: 'overall' }, low: 0.8, high: null },
      {
        metric: 'truePositiveRate',
        subject: { of: 'group', feature: 'sex', group: 'female' },
        low: null,
        high: 0.7,
      },
      { metric: 'selectionRate', subject: { of: 'everyGroup', feature: 'sex' }, low: 0.2, high: null },
      {
        metric: 'selectionRate',
        subject: { of: 'difference', feature: 'sex', group: 'female', reference: 'male' },
        low: -0.1,
        high: 0.1,
      },
      {
        metric: 'selectionRate',
        subject: { of: 'ratio', feature: 'sex', group: 'a-b', reference: 'c d' },
        low: 0.8,
        high: null,
      },
      { metric: 'brier', subject: { of: 'everyDifference', feature: 'sex' }, low: -0.1, high: 0.1 },
    ]);
  });

  it.each([
    [
      'accuracy',
      "error: option '--limit <limit>' argument 'accuracy' is invalid. \"accuracy\" is not a limit such as accuracy[sex]>=0.8.\n",
    ],
    [
      'accuracy=0.5',
      "error: option '--limit <limit>' argument 'accuracy=0.5' is invalid. \"0.5\" is not a range such as -0.1..0.1.\n",
    ],
    [
      'accuracy>=high',
      "error: option '--limit <limit>' argument 'accuracy>=high' is invalid. \"high\" is not a number.\n",
    ],
  ])('refuses %s', async (limit, message) => {
    expect(await create(limit)).toMatchObject({ code: 2, err: message });
  });

  it('needs a limit, and a data set or an experiment', async () => {
    expect(await create()).toMatchObject({
      code: 2,
      err: expect.stringContaining('A policy needs a limit.\n') as string,
    });
    const both = await pretext(
      ['policy', 'create', 'y', '--features', 'a', '--limit', 'accuracy>=.5'],
      known,
    );
    expect(both).toMatchObject({
      code: 2,
      err: 'A policy is about a data set or an experiment: name one of them.\nGive --dataset or --experiment.\n',
    });
  });
});

it('pretext policy due lists what is overdue, or says that nothing is', async () => {
  const due = (rows: readonly PolicyRow[]) =>
    pretext(['policy', 'due'], { ...known, 'policies.due': () => rows });
  expect((await due([])).out).toBe('None.\n');
  expect((await due([{ ...policy, overdue: true }])).out).toMatch(
    /yearly +policy-1 +digits +never +0 +2027-11-22 +overdue\n$/,
  );
});
