import { cleanup, fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { fixtureBridge } from '../fixtures/bridge.ts';
import { openAt } from './openAt.ts';

afterEach(cleanup);

describe('every page', () => {
  it.each([
    ['#/home', 'Home'], ['#/datasets', 'Datasets'], ['#/dataset/d1', 'Coloured digits'], ['#/dataset/d1?tab=card', 'Coloured digits'], ['#/dataset/d1?tab=consent', 'Coloured digits'], ['#/dataset/d1?tab=privacy', 'Coloured digits'], ['#/dataset/d1?tab=check', 'Coloured digits'], ['#/import', 'Import data'],
    ['#/designer', 'SimCLR, Small CNN'], ['#/runs', 'Runs'], ['#/run/r0', 'amber-lake'], ['#/run/r2?tab=results', 'north-sand'], ['#/compare?runs=r0,r2', 'Compare'],
    ['#/audits', 'Audits'], ['#/audits?new=1', 'New audit'], ['#/audit/a1', 'SimCLR against supervised twin'], ['#/policy/p1', 'Faces, quarterly'], ['#/representation/q1', 'Does race show?'], ['#/audits?new=policy', 'New audit policy'], ['#/audits?new=representation', 'New audit of representations'], ['#/settings', 'Settings'], ['#/doctor', 'Doctor'], ['#/nowhere', 'Home'],
  ])('%s has one heading: %s', async (hash, title) => {
    const problems = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const { app } = await openAt(hash);
    await waitFor(() => expect(screen.getByRole('heading', { level: 1 }).textContent).toBe(title));
    expect(document.title).toBe(`${title} · Pretext`);
    expect(app.toasts.past).toEqual([]);
    expect(problems).not.toHaveBeenCalled();
    problems.mockRestore();
  });

  it.each(['#/home', '#/datasets', '#/designer', '#/runs', '#/compare', '#/audits', '#/audits?tab=policies', '#/audits?tab=representations'])('%s teaches where there is nothing yet', async (hash) => {
    await openAt(hash, fixtureBridge({}, true));
    expect(document.querySelector('.empty')?.textContent?.length).toBeGreaterThan(80);
  });
});

describe('Runs', () => {
  it('filters as the address says, and keeps what is typed in it', async () => {
    const { app, settle } = await openAt('#/runs?filter=method:simclr');
    const names = (): string[] => screen.getAllByRole('checkbox', { name: /^Select .*, seed/ }).map((box) => box.getAttribute('aria-label') ?? '');
    expect(names()).toHaveLength(3);
    await fireEvent.input(screen.getByRole('searchbox', { name: 'Filter runs' }), { target: { value: 'plain-oak' } });
    await settle();
    expect(names()).toEqual(['Select plain-oak, seed 1']);
    expect(app.router.query['filter']).toBe('plain-oak');
  });

  it('compares what is chosen', async () => {
    const { app, settle } = await openAt('#/runs');
    const compare = screen.getByRole('button', { name: /^Compare/ });
    expect(compare).toHaveProperty('disabled', true);
    await fireEvent.click(screen.getByRole('checkbox', { name: 'Select amber-lake, seed 1' }));
    await fireEvent.click(screen.getByRole('checkbox', { name: 'Select north-sand, seed 3' }));
    await settle();
    await fireEvent.click(screen.getByRole('button', { name: 'Compare 2' }));
    expect(app.router.place).toMatchObject({ page: 'compare', query: { runs: 'r0,r2' } });
  });

  it('sorts by a column, undefined last', async () => {
    const { settle } = await openAt('#/runs');
    await fireEvent.click(screen.getByRole('button', { name: 'last' }));
    await settle();
    const rows = screen.getAllByRole('checkbox', { name: /^Select .*, seed/ }).map((box) => box.getAttribute('aria-label'));
    expect(rows[0]).toBe('Select pale-ridge, seed 1');
    expect(rows.at(-1)).toBe('Select quiet-fern, seed 2');
  });
});

describe('Designer', () => {
  it('redraws the views when a view is switched off, and checks the config', async () => {
    const { bridge, app } = await openAt('#/designer');
    await waitFor(() => expect(bridge.asked.some((call) => call.name === 'views.preview')).toBe(true));
    await fireEvent.click(screen.getByRole('checkbox', { name: 'Apply Colour jitter' }));
    expect(app.draft.config?.views.find((view) => view.id === 'colourJitter')?.enabled).toBe(false);
    await waitFor(() => {
      const last = bridge.asked.filter((call) => call.name === 'views.preview').at(-1)?.args as { views: { id: string; enabled: boolean }[] };
      expect(last.views.find((view) => view.id === 'colourJitter')?.enabled).toBe(false);
    });
  });

  it('moves views with the keyboard and says where they are', async () => {
    const { app, settle } = await openAt('#/designer');
    await fireEvent.click(screen.getByRole('button', { name: 'Move Horizontal flip up' }));
    await settle();
    expect(app.draft.config?.views[0]?.id).toBe('horizontalFlip');
    expect(screen.getByText('Horizontal flip is now number 1 of 4.')).toBeTruthy();
  });

  it('marks a number outside its range and does not take it', async () => {
    const { app } = await openAt('#/designer');
    const field = screen.getByRole('textbox', { name: 'SimCLR: Temperature' });
    await fireEvent.input(field, { target: { value: '99' } });
    expect(field.getAttribute('aria-invalid')).toBe('true');
    expect(app.draft.config?.method.params['temperature']).toBe(0.5);
    await fireEvent.input(field, { target: { value: '0,2' } });
    expect(app.draft.config?.method.params['temperature']).toBe(0.2);
  });

  it('sets the engine and its precision', async () => {
    const { app } = await openAt('#/designer');
    const field = screen.getByRole('combobox', { name: 'Precision' });
    expect((field as HTMLSelectElement).value).toBe('float32');
    await fireEvent.change(field, { target: { value: 'mixed' } });
    expect(app.draft.config?.engine.precision).toBe('mixed');
  });

  it('declares a primary metric between two groups', async () => {
    const { app, settle } = await openAt('#/designer');
    const section = within(screen.getByRole('region', { name: /Audit declaration/ }));
    await fireEvent.change(section.getByRole('combobox', { name: /Primary metric/ }), { target: { value: 'accuracy' } });
    await settle();
    await fireEvent.change(section.getByRole('combobox', { name: 'Compared' }), { target: { value: 'two' } });
    expect(app.draft.config?.audit.primary).toEqual({ metric: 'accuracy', feature: 'colour', group: 'vermillion', reference: 'blue' });
  });
});

describe('Doctor', () => {
  it('tells what works, and verifies stored audits', async () => {
    const { settle } = await openAt('#/doctor');
    await fireEvent.click(screen.getByRole('button', { name: 'Verify stored audits' }));
    await settle();
    expect(screen.getByText('4 audits: as they were written.')).toBeTruthy();
  });

  it('names an audit that was changed', async () => {
    const broken = { audit: 'a1', name: 'SimCLR against supervised twin', what: 'Its digest differs from what it holds.' };
    const { settle } = await openAt('#/doctor', fixtureBridge({ 'audits.verify': () => ({ audits: 4, whole: false, head: 'ab'.repeat(32), broken }) }));
    await fireEvent.click(screen.getByRole('button', { name: 'Verify stored audits' }));
    await settle();
    expect(screen.getByRole('alert').textContent).toMatch(/SimCLR against supervised twin is not as it was written.*Its digest differs/);
  });
});

describe('Audit', () => {
  it('takes notes back that were written into a Markdown report', async () => {
    const { bridge, settle } = await openAt('#/audit/a1');
    const field = screen.getByLabelText('Markdown report with notes');
    Object.defineProperty(field, 'files', { value: [new File(['# Report'], 'report.md')] });
    await fireEvent.change(field);
    await settle();
    expect(bridge.asked.find((call) => call.name === 'reports.importNotes')?.args).toEqual({ audit: 'a1', markdown: '# Report' });
    expect(screen.getByText(/Kept the notes of 1 section/)).toBeTruthy();
  });


  it('shows an undefined group as undefined, with its reason', async () => {
    await openAt('#/audit/a1');
    const row = screen.getByRole('row', { name: /^Other/ });
    expect(row.textContent).toContain('insufficient evidence (n 21)');
    expect(row.textContent).toContain('—');
    expect(row.textContent).not.toContain('.000');
  });

  it('shows the primary metric first, with the interval of the difference between the runs', async () => {
    await openAt('#/audit/a1');
    const short = within(screen.getByRole('region', { name: /^Primary True positive rate, White minus Black/ }));
    expect(short.getByText('north-sand against pale-ridge').nextElementSibling?.textContent).toBe('−.031 −.050 to −.012');
  });

  it('says what was selected on audit data, and how many values are unknown', async () => {
    await openAt('#/audit/a1');
    expect(screen.getAllByText(/selected on audit data/i).length).toBeGreaterThan(1);
    expect(screen.getByText(/Unknown: race of 12 samples/)).toBeTruthy();
  });

  it('shows each group beside its reference with the interval that holds for all, and the adjusted p', async () => {
    await openAt('#/audit/a1?against=group');
    const row = screen.getByRole('row', { name: /^Black/ });
    expect(row.textContent).toContain('−.120 −.170 to −.070');
    expect(row.textContent).toContain('p .012 adjusted');
    expect(screen.getByRole('row', { name: /^Other/ }).textContent).toContain('detectable from .310');
    expect(screen.getByText(/, reference White/)).toBeTruthy();
  });

  it.each([
    ['disparities', 'Disparities', /\.400\sBH/, /\.210/],
    ['between', 'Changes of gaps', /gap narrowed, worst group not improved/, /worst \.710 → \.700, best \.900 → \.850/],
    ['within', 'Disparities within age', /mean over age/, /\.400\sBH/],
    ['ratios', 'Impact and scoring ratios', /below 2% of the samples/, /\.600/],
  ])('has a part for %s', async (tab, caption, ...texts) => {
    await openAt(`#/audit/a1?tab=${tab}`);
    const table = screen.getByRole('table', { name: caption });
    for (const text of texts) expect(table.textContent).toMatch(text);
  });

  it('marks a best only where its paired interval excludes the runner-up', async () => {
    await openAt('#/audit/a1?tab=between');
    const table = within(screen.getByRole('table', { name: 'Best runs' }));
    expect(table.getByRole('row', { name: /^True positive rate/ }).textContent).toContain('north-sand');
    expect(table.getByRole('row', { name: /^Accuracy/ }).textContent).toContain('no clear best');
  });

  it('explores thresholds on validation, and audits the chosen ones', async () => {
    const { app, bridge, settle } = await openAt('#/audit/a1?tab=thresholds&fn=2');
    const table = within(await screen.findByRole('table', { name: 'Choices of thresholds' }));
    expect(bridge.asked.findLast((call) => call.name === 'audits.thresholds')?.args).toMatchObject({ run: 'r6', feature: 'race', falseNegative: 2 });
    await fireEvent.click(table.getByRole('radio', { name: 'Equal opportunity' }));
    await settle();
    expect(screen.getByText(/15 of unknown race take no part/)).toBeTruthy();
    expect(within(screen.getByRole('table', { name: 'Thresholds by group' })).getAllByRole('row')).toHaveLength(4);
    await fireEvent.click(screen.getByRole('button', { name: 'Audit with these thresholds' }));
    expect(app.router.place).toMatchObject({ page: 'audits', query: { new: '1', runs: 'r6', data: 'd1', tuned: 'validation' } });
    expect(app.router.query['thresholds']).toMatch(/^race\|White%3D0\.\d+\|/);
  });

  it('tells how it was made: thresholds, control, what was chosen where', async () => {
    await openAt('#/audit/a1?tab=making');
    const panel = (screen.getByRole('tabpanel').textContent ?? '').replace(/\s+/g, ' ');
    for (const text of ['White .500, Black .400', 'the audit split itself', 'Control feature age', 'reference White, chosen', 'Holm']) expect(panel).toContain(text);
  });

  it('changes metric and depth in the address', async () => {
    const { app, settle } = await openAt('#/audit/a1');
    await fireEvent.change(screen.getByRole('combobox', { name: 'Metric' }), { target: { value: 'accuracy' } });
    await fireEvent.change(screen.getByRole('combobox', { name: 'Groups' }), { target: { value: '2' } });
    await settle();
    expect(app.router.query).toEqual({ metric: 'accuracy', depth: '2' });
    expect(screen.getByRole('row', { name: /^White, 20–39/ })).toBeTruthy();
  });
});

describe('the window', () => {
  it('says that it is read-only, and forbids what would change something', async () => {
    const info = { path: '/w', name: 'w', readOnly: true, readOnlyReason: 'Another Pretext has it open.', sizeBytes: 1, freeBytes: 1, appVersion: '0', schemaVersion: 1, host: 'serve', cores: 1 } as const;
    await openAt('#/designer', fixtureBridge({ 'workspace.info': () => info }));
    expect(screen.getByText(/Another Pretext has it open/)).toBeTruthy();
    expect(screen.getByRole('button', { name: 'Launch' })).toHaveProperty('disabled', true);
  });

  it('opens the palette, the shortcuts and pages by key', async () => {
    const { app, settle } = await openAt('#/home');
    await fireEvent.keyDown(window, { key: 'k', ctrlKey: true });
    expect(app.shell.overlay).toBe('palette');
    await fireEvent.keyDown(window, { key: 'k', ctrlKey: true });
    await settle();
    await fireEvent.keyDown(window, { key: '?' });
    expect(app.shell.overlay).toBe('shortcuts');
    app.shell.close();
    await settle();
    await fireEvent.keyDown(window, { key: 'g' });
    await fireEvent.keyDown(window, { key: 'r' });
    expect(app.router.place.page).toBe('runs');
  });

  it('does not take keys while something is typed', async () => {
    const { app } = await openAt('#/runs');
    await fireEvent.keyDown(screen.getByRole('searchbox', { name: 'Filter runs' }), { key: 'n' });
    expect(app.router.place.page).toBe('runs');
  });
});
