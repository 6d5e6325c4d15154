import { cleanup, fireEvent, screen, within } from '@testing-library/svelte';
import { afterEach, describe, expect, it } from 'vitest';
import { rangeWords, subjectWords } from '../../../renderer/components/policyWords.ts';
import { dueWords } from '../../../renderer/lib/format.ts';
import { policy } from '../fixtures/policies.ts';
import { openAt } from './openAt.ts';

afterEach(cleanup);

describe('words of policies', () => {
  it('say what a limit is about and where it ends', () => {
    expect(subjectWords({ of: 'everyDifference', feature: 'race' })).toBe(
      'of all groups of race less the reference, together',
    );
    expect(subjectWords({ of: 'ratio', feature: 'sex', group: 'f', reference: 'm' })).toBe(
      'of f over m (sex)',
    );
    expect(
      [
        { low: -0.1, high: 0.1 },
        { low: 0.8, high: null },
        { low: null, high: 0.1 },
      ].map(rangeWords),
    ).toEqual(['−.10 to .10', 'from .80', 'up to .10']);
  });
  it('say when something is due', () => {
    const now = new Date('2026-11-22T12:00:00Z');
    expect(
      ['2026-11-24T12:00:00Z', '2026-11-22T11:00:00Z', '2026-11-19T11:00:00Z', 'never'].map((due) =>
        dueWords(due, now),
      ),
    ).toEqual(['in 2 days', 'due now', '3 days overdue', '—']);
  });
});

describe('audit policies', () => {
  it('are shown on Home and beside Audits where they are overdue', async () => {
    await openAt('#/home');
    const section = within(screen.getByRole('region', { name: /^Audits past their due date/ }));
    expect(section.getByRole('link', { name: 'Faces, quarterly' }).getAttribute('href')).toBe('#/policy/p1');
    expect(section.getByText(/overdue$/)).toBeTruthy();
    expect(screen.getByRole('link', { name: /^Audits/ }).textContent).toContain('1 due');
  });

  it('show what the newest check found, each value beside its limit and in its own state', async () => {
    const { app, settle } = await openAt('#/policy/p1');
    const table = within(screen.getByRole('table', { name: 'Limits of the check' }));
    expect(table.getByRole('row', { name: /Black to White/ }).textContent).toContain('limit exceeded');
    expect(table.getByRole('row', { name: /Other to White/ }).textContent).toMatch(
      /insufficient evidence \(n 21, needs 30\).*insufficient evidence/,
    );
    await fireEvent.change(screen.getByRole('combobox', { name: 'Check shown' }), {
      target: { value: 'c1' },
    });
    await settle();
    expect(app.router.query['check']).toBe('c1');
    expect(table.queryByText(/limit exceeded/)).toBeNull();
    expect(
      screen.getByRole('img', {
        name: /^True positive rate of all groups of race less the reference, together: pale-ridge, Asian/,
      }),
    ).toBeTruthy();
  });

  it('are checked on named runs', async () => {
    const { bridge, settle } = await openAt('#/policy/p1');
    expect(screen.getByRole('button', { name: 'Check now' })).toHaveProperty('disabled', true);
    await fireEvent.change(screen.getByRole('combobox', { name: 'Add a run' }), { target: { value: 'r2' } });
    await settle();
    await fireEvent.click(screen.getByRole('button', { name: 'Check now' }));
    await settle();
    expect(bridge.asked.find((call) => call.name === 'policies.check')?.args).toEqual({
      id: 'p1',
      runs: ['r2'],
    });
  });

  it('are declared with their limits', async () => {
    const { app, bridge, settle } = await openAt('#/audits?tab=policies&new=policy');
    await fireEvent.input(screen.getByRole('textbox', { name: 'Name' }), { target: { value: 'Digits' } });
    await fireEvent.click(screen.getByRole('button', { name: 'Add a limit' }));
    await settle();
    const limit = within(screen.getByRole('group', { name: 'Limit 1' }));
    await fireEvent.change(limit.getByRole('combobox', { name: 'Of whom, limit 1' }), {
      target: { value: 'ratio' },
    });
    await settle();
    await fireEvent.change(limit.getByRole('textbox', { name: 'Upper end of limit 1' }), {
      target: { value: '1,25' },
    });
    await settle();
    await fireEvent.click(screen.getByRole('button', { name: 'Declare the policy' }));
    await settle();
    expect(bridge.asked.find((call) => call.name === 'policies.create')?.args).toMatchObject({
      name: 'Digits',
      scope: { dataset: 'd1' },
      features: ['colour', 'age'],
      dueDays: 90,
      limits: [
        {
          metric: 'truePositiveRate',
          subject: { of: 'ratio', feature: 'colour', group: 'blue', reference: 'vermillion' },
          low: 0.8,
          high: 1.25,
        },
      ],
    });
    expect(app.router.place).toMatchObject({ page: 'policy', id: policy.id });
  });
});

describe('audits of representations', () => {
  it('show groups, leakage beside its baselines, and how alike layers are', async () => {
    const { settle, app } = await openAt('#/representation/q1');
    expect(screen.getByRole('table', { name: 'kNN accuracy by group' }).textContent).toContain('.700');
    expect(screen.getByRole('table', { name: 'Distances between groups' }).textContent).toMatch(/\.006\sBH/);
    await fireEvent.change(screen.getByRole('combobox', { name: 'Measure of the groups' }), {
      target: { value: 'alignment' },
    });
    await settle();
    expect(screen.getByRole('table', { name: 'Alignment by group' }).textContent).toContain(
      'two views of each row are needed',
    );
    app.router.remember({ tab: 'leakage' });
    await settle();
    expect(
      within(screen.getByRole('table', { name: 'Leakage' })).getAllByRole('row', { name: /raw input/ })[0]
        ?.textContent,
    ).toContain('+.090');
    app.router.remember({ tab: 'similarity' });
    await settle();
    expect(
      within(screen.getByRole('region', { name: 'CKA of north-sand against pale-ridge' }))
        .getAllByRole('cell')
        .map((cell) => cell.textContent?.slice(0, 3)),
    ).toEqual(['.90', '.70', '.70', '.90']);
  });

  it('begin from chosen runs', async () => {
    const { bridge, settle } = await openAt('#/audits?new=representation&runs=r6,r2');
    await fireEvent.click(screen.getByRole('checkbox', { name: 'two-layer network' }));
    await fireEvent.click(screen.getByRole('button', { name: 'Run the audit' }));
    await settle();
    expect(bridge.asked.find((call) => call.name === 'representations.create')?.args).toMatchObject({
      runs: ['r6', 'r2'],
      options: { features: ['colour', 'age'], probes: ['logistic'], rows: 1500 },
    });
  });
});

describe('looks at the audit split', () => {
  it('are listed with their purpose', async () => {
    await openAt('#/audits?tab=looks');
    expect(screen.getByRole('table', { name: 'Looks at the audit split' }).textContent).toContain(
      'Audit SimCLR against supervised twin',
    );
  });
});
