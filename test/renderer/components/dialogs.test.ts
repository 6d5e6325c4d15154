import { cleanup, fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { CallName } from '../../../preload/contract/calls.ts';
import { AppError } from '../../../preload/contract/errors.ts';
import { fixtureBridge, type FixtureBridge } from '../fixtures/bridge.ts';
import { runRow } from '../fixtures/rows.ts';
import { openAt } from './openAt.ts';

afterEach(cleanup);

const argsOf = (bridge: FixtureBridge, name: CallName): unknown[] => bridge.asked.filter((call) => call.name === name).map((call) => call.args);

/** Opens a menu by its button and takes one of its lines. */
async function choose(menu: string | RegExp, item: string): Promise<void> {
  const button = screen.getByRole('button', { name: menu });
  await fireEvent.pointerDown(button, { button: 0, pointerType: 'mouse' });
  await fireEvent.pointerUp(button, { button: 0, pointerType: 'mouse' });
  await fireEvent.click(button);
  const line = await screen.findByRole('menuitem', { name: item });
  await fireEvent.pointerUp(line);
  await fireEvent.click(line);
}

describe('a table of predictions', () => {
  async function read(bridge = fixtureBridge()) {
    const opened = await openAt('#/audits?new=predictions', bridge);
    await fireEvent.input(screen.getByRole('textbox', { name: 'File on this machine' }), { target: { value: '/data/p.csv' } });
    await fireEvent.click(screen.getByRole('button', { name: 'Read its columns' }));
    await screen.findByRole('combobox', { name: 'Use of y_true' });
    return opened;
  }

  it('is audited with the columns as they were guessed and corrected', async () => {
    const { app, bridge } = await read();
    await fireEvent.change(screen.getByRole('combobox', { name: 'Use of site' }), { target: { value: 'feature' } });
    await fireEvent.change(screen.getByRole('combobox', { name: /Primary metric/ }), { target: { value: 'accuracy' } });
    await fireEvent.click(screen.getByRole('button', { name: 'Run the audit' }));
    await waitFor(() => expect(app.router.place).toMatchObject({ page: 'audit', id: 'a1' }));
    expect(argsOf(bridge, 'audits.predictions')).toEqual([
      expect.objectContaining({ path: '/data/p.csv', truth: 'y_true', prediction: 'y_pred', score: 'score', subject: 'person', options: expect.objectContaining({ features: ['gender', 'site'], primary: { metric: 'accuracy', feature: 'gender', group: null, reference: null } }) as unknown }),
    ]);
  });

  it('says what is missing, and does not start without it', async () => {
    await read();
    await fireEvent.change(screen.getByRole('combobox', { name: 'Use of gender' }), { target: { value: '' } });
    expect(screen.getByText('Say which columns are sensitive features.')).toBeTruthy();
    expect(screen.getByRole('button', { name: 'Run the audit' })).toHaveProperty('disabled', true);
  });

  it('shows a refusal at the column it speaks of', async () => {
    const error = { code: 'invalidData', message: 'p.csv, line 4: column "score" is "high", but must be a number from 0 to 1.', hint: 'Correct the value.' };
    const failed = { id: 'job-audit', kind: 'audit', title: 'Audit p.csv', state: 'failed', progress: null, detail: '', etaSeconds: null, started: '2026-11-22T10:00:00Z', result: null, error } as const;
    await read(fixtureBridge({ 'jobs.get': () => failed }));
    await fireEvent.click(screen.getByRole('button', { name: 'Run the audit' }));
    expect((await screen.findByRole('alert')).textContent).toContain('line 4');
    expect(screen.getByRole('combobox', { name: 'Use of score' }).getAttribute('aria-invalid')).toBe('true');
    expect(screen.getByRole('combobox', { name: 'Use of y_pred' }).getAttribute('aria-invalid')).toBe('false');
  });
});

describe('runs', () => {
  it('move into a new experiment', async () => {
    const { bridge } = await openAt('#/runs');
    await fireEvent.click(screen.getByRole('checkbox', { name: 'Select amber-lake, seed 1' }));
    await choose('Act on 1', 'Move to an experiment…');
    const dialog = within(await screen.findByRole('dialog'));
    expect(dialog.getByRole('button', { name: 'Move' })).toHaveProperty('disabled', true);
    await fireEvent.input(dialog.getByRole('textbox', { name: 'Its name' }), { target: { value: 'Views' } });
    await fireEvent.submit(dialog.getByRole('textbox', { name: 'Its name' }).closest('form') as HTMLFormElement);
    await waitFor(() => expect(argsOf(bridge, 'runs.update')).toEqual([{ id: 'r0', experiment: 'e3' }]));
    expect(argsOf(bridge, 'experiments.create')).toEqual([{ name: 'Views' }]);
  });

  it('are shown by experiment, as the address says', async () => {
    const rows = [runRow(0), { ...runRow(1), experiment: 'e2', experimentName: 'Ablations' }];
    const { app, settle } = await openAt('#/runs', fixtureBridge({ 'runs.list': () => rows }));
    expect(screen.getAllByRole('checkbox', { name: /^Select .*, seed/ })).toHaveLength(2);
    await fireEvent.change(screen.getByRole('combobox', { name: 'Experiment' }), { target: { value: 'e2' } });
    await settle();
    expect(screen.getAllByRole('checkbox', { name: /^Select .*, seed/ })).toHaveLength(1);
    expect(app.router.query['experiment']).toBe('e2');
  });

  it('that are archived are deleted for good only after it was confirmed, and say what that frees', async () => {
    const rows = [{ ...runRow(0), archived: true }];
    const { app, bridge } = await openAt('#/runs?archived=1', fixtureBridge({ 'runs.list': () => rows }));
    await fireEvent.click(screen.getByRole('checkbox', { name: 'Select amber-lake, seed 1' }));
    await choose('Act on 1', 'Delete for good…');
    const dialog = within(await screen.findByRole('dialog'));
    // The fixture's checkpoint of 3.9 MB and its predictions of 250 kB.
    await dialog.findByText('4.2 MB');
    const remove = dialog.getByRole('button', { name: 'Delete for good' });
    expect(remove).toHaveProperty('disabled', true);
    await fireEvent.click(dialog.getByRole('checkbox', { name: 'Delete what these runs stored' }));
    await fireEvent.click(remove);
    await waitFor(() => expect(argsOf(bridge, 'runs.purge')).toEqual([{ ids: ['r0'] }]));
    await waitFor(() => expect(app.runs.rows).toEqual([]));
  });

  it('that are not archived cannot be deleted', async () => {
    await openAt('#/run/r0');
    await choose('More', 'Pin');
    expect(screen.queryByRole('menuitem', { name: 'Delete for good…' })).toBeNull();
  });

  it('come in as bundles, and are opened', async () => {
    const { app, bridge } = await openAt('#/runs');
    await choose('More', 'Import a run…');
    const dialog = within(await screen.findByRole('dialog'));
    await fireEvent.input(dialog.getByRole('textbox', { name: 'Bundle on this machine' }), { target: { value: ' /data/run.zip ' } });
    await fireEvent.click(dialog.getByRole('button', { name: 'Import' }));
    await waitFor(() => expect(app.router.place).toMatchObject({ page: 'run', id: 'r1' }));
    expect(argsOf(bridge, 'runs.import')).toEqual([{ path: '/data/run.zip' }]);
  });

  it('stay in the dialog where a bundle is refused', async () => {
    const refuse = (): never => {
      throw new AppError({ code: 'invalidData', message: 'points.bin does not match its checksum.', hint: 'Export it again.' });
    };
    const { app } = await openAt('#/runs', fixtureBridge({ 'runs.import': refuse }));
    await choose('More', 'Import a run…');
    const dialog = within(await screen.findByRole('dialog'));
    await fireEvent.input(dialog.getByRole('textbox', { name: 'Bundle on this machine' }), { target: { value: '/data/run.zip' } });
    await fireEvent.click(dialog.getByRole('button', { name: 'Import' }));
    await waitFor(() => expect(app.toasts.shown[0]?.title).toBe('points.bin does not match its checksum.'));
    expect(app.router.place.page).toBe('runs');
  });

  it('take a colour of the palette', async () => {
    const { bridge } = await openAt('#/run/r0');
    await fireEvent.click(screen.getByRole('button', { name: /^Colour of amber-lake/ }));
    await fireEvent.click(await screen.findByRole('button', { name: 'green, dashed' }));
    expect(argsOf(bridge, 'runs.update')).toEqual([{ id: 'r0', colour: 10 }]);
    await screen.findByRole('button', { name: 'Colour of amber-lake: green, dashed' });
  });

  it('give their representations only to who confirmed that they are about people', async () => {
    vi.spyOn(URL, 'createObjectURL').mockReturnValue('blob:made');
    const rows = [{ ...runRow(0), status: 'finished' as const }];
    const { bridge } = await openAt('#/run/r0', fixtureBridge({ 'runs.list': () => rows }));
    await choose('Export', 'Representations as NPY');
    const dialog = within(await screen.findByRole('dialog'));
    const button = dialog.getByRole('button', { name: 'Export' });
    expect(button).toHaveProperty('disabled', true);
    await fireEvent.click(dialog.getByRole('checkbox', { name: /I may pass on/ }));
    await fireEvent.click(button);
    await waitFor(() => expect(argsOf(bridge, 'runs.export')).toEqual([{ id: 'r0', what: 'representations', format: 'npy', includeSensitive: true }]));
  });
});

describe('data sets', () => {
  it('are renamed', async () => {
    const { bridge } = await openAt('#/dataset/d1');
    await choose('More', 'Rename');
    const field = await screen.findByRole('textbox', { name: 'New name' });
    await fireEvent.input(field, { target: { value: 'Digits' } });
    await fireEvent.submit(field.closest('form') as HTMLFormElement);
    await waitFor(() => expect(screen.getByRole('heading', { level: 1 }).textContent).toBe('Digits'));
    expect(argsOf(bridge, 'datasets.rename')).toEqual([{ id: 'd1', name: 'Digits' }]);
  });

  it.each<[string, FixtureBridge, { files: unknown[]; uri: string }, Readonly<Record<string, string>>]>([
    ['the host tells', { ...fixtureBridge(), pathOf: () => '/data/faces' }, { files: [{}], uri: '' }, { path: '/data/faces' }],
    ['the drag tells', fixtureBridge(), { files: [{}], uri: 'file:///data/my%20faces' }, { path: '/data/my faces' }],
    ['nobody tells', fixtureBridge(), { files: [{}], uri: '' }, {}],
  ])('open the import of what is dropped, with its path where %s', async (_who, bridge, { files, uri }, query) => {
    const { app } = await openAt('#/datasets', bridge);
    const drop = new Event('drop', { bubbles: true, cancelable: true });
    Object.defineProperty(drop, 'dataTransfer', { value: { files, getData: (type: string) => (type === 'text/uri-list' ? uri : '') } });
    await fireEvent(screen.getByRole('group', { name: /^Data sets; drop/ }), drop);
    expect(app.router.place).toMatchObject({ page: 'import', query });
    expect(app.toasts.past.map((toast) => toast.title)).toEqual('path' in query ? [] : ['The browser does not tell where the dropped files lie.']);
  });
});

describe('Compare', () => {
  it('names a best of an audit only where the paired interval says so', async () => {
    await openAt('#/compare?runs=r6,r2');
    const table = await screen.findByRole('region', { name: 'Audited metrics of the runs' });
    const said = within(table).getAllByRole('row').slice(1).map((row) => row.lastElementChild?.textContent?.trim());
    expect(said).toHaveLength(4);
    expect(said).toContain('no clear best');
  });
});
