import { beforeEach, describe, expect, it, vi } from 'vitest';
import { addressOf, placeOf, Router } from '../../../renderer/router.svelte.ts';
import { Client } from '../../../renderer/client.ts';
import { Appearance } from '../../../renderer/state/appearance.svelte.ts';
import { Draft, parseSeeds } from '../../../renderer/state/draft.svelte.ts';
import { Experiments } from '../../../renderer/state/experiments.svelte.ts';
import { Importing } from '../../../renderer/state/importing.svelte.ts';
import { Jobs } from '../../../renderer/state/jobs.svelte.ts';
import { Loaded } from '../../../renderer/state/loaded.svelte.ts';
import { Runs } from '../../../renderer/state/runs.svelte.ts';
import { Toasts } from '../../../renderer/state/toasts.svelte.ts';
import { Tour } from '../../../renderer/state/tour.svelte.ts';
import { ViewsPreview } from '../../../renderer/state/viewsPreview.svelte.ts';
import { AppError } from '../../../preload/contract/errors.ts';
import type { JobRow, TourState } from '../../../preload/contract/vocabulary.ts';
import { catalog } from '../fixtures/catalog.ts';
import { fixtureBridge, type FixtureBridge } from '../fixtures/bridge.ts';
import { configFor, runRow } from '../fixtures/rows.ts';

beforeEach(() => {
  localStorage.clear();
  vi.useFakeTimers();
  return () => vi.useRealTimers();
});

function clientOf(bridge: FixtureBridge): { client: Client; toasts: Toasts } {
  const toasts = new Toasts();
  return { toasts, client: new Client(bridge, (error) => toasts.fail(error)) };
}

const askedFor = (bridge: FixtureBridge, name: string): unknown[] => bridge.asked.filter((call) => call.name === name).map((call) => call.args);

describe('the address', () => {
  it('holds page, id and what a view remembers', () => {
    expect(addressOf('run', 'a/b', { tab: 'log', x: '' })).toBe('#/run/a%2Fb?tab=log');
    expect(placeOf('#/run/a%2Fb?tab=log')).toEqual({ page: 'run', id: 'a/b', query: { tab: 'log' } });
    expect(placeOf('')).toEqual({ page: 'home', id: null, query: {} });
  });

  it('goes with a step in the history and remembers without one', () => {
    location.hash = '';
    const router = new Router(window);
    const before = history.length;
    router.go('runs');
    router.remember({ filter: 'simclr knn>.8' });
    router.remember({ sort: '-knn' });
    expect(history.length - before).toBe(1);
    expect(router.query).toEqual({ filter: 'simclr knn>.8', sort: '-knn' });
    router.remember({ filter: '' });
    expect(location.hash).toBe('#/runs?sort=-knn');
  });
});

describe('the draft', () => {
  it('checks and estimates after a pause, with only the last change', async () => {
    const bridge = fixtureBridge();
    const draft = new Draft(clientOf(bridge).client, localStorage);
    await draft.start('d1', 'simclr');
    for (const epochs of [2, 3, 4]) draft.set('epochs', epochs);
    await vi.advanceTimersByTimeAsync(2000);
    expect(askedFor(bridge, 'config.check')).toEqual([{ config: { ...configFor('simclr'), epochs: 4 } }]);
    expect(draft.findings).toHaveLength(2);
    expect(draft.estimate?.measured).toBe(true);
    expect(draft.yaml).toContain('epochs: 4');
  });

  it('survives a reload', async () => {
    const { client } = clientOf(fixtureBridge());
    const draft = new Draft(client, localStorage);
    await draft.start('d1', 'simclr');
    draft.set('method.params.temperature', 0.2);
    draft.setSeeds('1, 2');
    const again = new Draft(client, localStorage);
    expect(again.config?.method.params['temperature']).toBe(0.2);
    expect(again.seedList).toEqual([1, 2]);
    again.discard();
    expect(new Draft(client, localStorage).config).toBeNull();
  });

  it('marks the line of a refused text and keeps the form', async () => {
    const draft = new Draft(clientOf(fixtureBridge()).client, localStorage);
    await draft.start('d1', 'simclr');
    await draft.setYaml('dataset: d1\nmethod:\n  id: simclr\n  params:\n    temperature: 99\n');
    expect(draft.yamlProblem).toMatchObject({ line: 5, error: { code: 'invalidConfig' } });
    expect(draft.config?.method.params['temperature']).toBe(0.5);
    await draft.setYaml('dataset: d1\n');
    expect(draft.yamlProblem).toBeNull();
  });

  it('lets views follow the method unless they were made one’s own', async () => {
    const draft = new Draft(clientOf(fixtureBridge()).client, localStorage);
    const [simclr, rotation] = catalog.methods;
    if (!simclr || !rotation) throw new Error('the catalog has two methods');
    await draft.start('d1', simclr.id);
    await draft.choose(rotation, simclr);
    expect(draft.config?.views).toEqual(rotation.defaultViews);
    draft.set('views.0.enabled', false);
    await draft.choose(simclr, rotation);
    expect(draft.config?.method.id).toBe('simclr');
    expect(draft.config?.views[0]?.enabled).toBe(false);
  });

  it('changes the encoder with the method only where the method needs something of it', async () => {
    const draft = new Draft(clientOf(fixtureBridge()).client, localStorage);
    const [simclr, rotation] = catalog.methods;
    if (!simclr || !rotation) throw new Error('the catalog has two methods');
    await draft.start('d1', simclr.id);
    const usual = draft.config?.encoder;
    draft.set('encoder', { id: 'another', params: {} });
    await draft.choose(rotation, simclr);
    expect(draft.config?.encoder.id).toBe('another');
    await draft.choose({ ...simclr, needs: 'patches' }, rotation);
    expect(draft.config?.encoder).toEqual(usual);
  });

  it('launches one run per seed', async () => {
    const bridge = fixtureBridge();
    const draft = new Draft(clientOf(bridge).client, localStorage);
    await draft.start('d1', 'simclr');
    draft.setSeeds('3 4, 4; x');
    expect(await draft.launch()).toEqual(['r0']);
    draft.setExperiment('e2');
    await new Draft(clientOf(bridge).client, localStorage).launch();
    expect(askedFor(bridge, 'runs.launch')).toMatchObject([{ seeds: [3, 4], name: null, experiment: null }, { seeds: [3, 4], experiment: 'e2' }]);
    expect(parseSeeds('1.5 -2 7')).toEqual([7]);
  });
});

describe('runs', () => {
  it('draws many changes once, newest first', async () => {
    const bridge = fixtureBridge();
    const { client, toasts } = clientOf(bridge);
    const runs = new Runs(client, toasts);
    await runs.load();
    const before = runs.rows;
    for (let at = 0; at < 50; at++) bridge.announce('run.changed', runRow(0, { notes: `change ${at}` }));
    expect(runs.rows).toBe(before);
    await vi.advanceTimersByTimeAsync(300);
    expect(runs.byId('r0')?.notes).toBe('change 49');
    bridge.announce('run.removed', { id: 'r1' });
    await vi.advanceTimersByTimeAsync(300);
    expect(runs.byId('r1')).toBeNull();
    expect(runs.rows.map((run) => run.created)).toEqual(runs.rows.map((run) => run.created).sort().reverse());
  });

  it('offers undo for archiving', async () => {
    const bridge = fixtureBridge();
    const { client, toasts } = clientOf(bridge);
    const runs = new Runs(client, toasts);
    await runs.load();
    await runs.archive(['r3'], true);
    expect(runs.byId('r3')?.archived).toBe(true);
    expect(runs.troubled.map((run) => run.id)).toEqual(['r4']);
    toasts.shown.at(-1)?.action?.run();
    await vi.advanceTimersByTimeAsync(10);
    expect(askedFor(bridge, 'runs.archive')).toEqual([{ ids: ['r3'], archived: true }, { ids: ['r3'], archived: false }]);
    expect(runs.byId('r3')?.archived).toBe(false);
  });
});

describe('jobs', () => {
  const job = (changes: Partial<JobRow>): JobRow => ({ id: 'j', kind: 'import', title: 'Import', state: 'running', progress: 0.5, detail: '', etaSeconds: null, started: '2026-11-22T10:00:00Z', result: null, error: null, ...changes });

  it('waits for the end, also if it came before anybody listened', async () => {
    const bridge = fixtureBridge({ 'jobs.get': () => job({}) });
    const jobs = new Jobs(clientOf(bridge).client);
    const over = jobs.whenOver('j');
    await vi.advanceTimersByTimeAsync(10);
    expect(jobs.running).toHaveLength(1);
    bridge.announce('job.changed', job({ state: 'finished', result: 'd2' }));
    expect((await over).result).toBe('d2');
    const late = new Jobs(clientOf(fixtureBridge()).client);
    expect((await late.whenOver('job-import')).result).toBe('d1');
  });
});

describe('messages', () => {
  it('lets errors stay, others go, and keeps all to be read again', async () => {
    const toasts = new Toasts();
    toasts.show('Saved.');
    toasts.fail({ code: 'internal', message: 'It broke.', hint: 'Mend it.' });
    toasts.fail({ code: 'internal', message: 'It broke.', hint: 'Mend it.' });
    expect(toasts.shown).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(toasts.shown.map((toast) => toast.title)).toEqual(['It broke.']);
    expect(toasts.past).toHaveLength(3);
    expect([toasts.dismissNewest(), toasts.dismissNewest()]).toEqual([true, false]);
  });
});

describe('loading', () => {
  it('drops an overtaken answer and keeps the last value through a failure', async () => {
    const answers: ((value: string) => void)[] = [];
    const loaded = new Loaded(() => new Promise<string>((resolve) => answers.push(resolve)));
    const first = loaded.load();
    const second = loaded.load();
    answers[1]?.('new');
    answers[0]?.('old');
    await Promise.all([first, second]);
    expect(loaded.value).toBe('new');
    let fail = false;
    const flaky = new Loaded(() => (fail ? Promise.reject(new Error('gone')) : Promise.resolve(1)));
    await flaky.load();
    fail = true;
    await flaky.load();
    expect([flaky.value, flaky.error?.message, flaky.busy]).toEqual([1, 'gone', false]);
  });
});

describe('appearance', () => {
  it('keeps the choice and applies it to the page', () => {
    const appearance = new Appearance(window);
    appearance.setTheme('dark');
    appearance.setContrast('more');
    expect(document.documentElement.dataset).toMatchObject({ theme: 'dark', contrast: 'more' });
    const again = new Appearance(window);
    expect([again.theme, again.contrast]).toEqual(['dark', 'more']);
    again.toggleDark();
    expect(document.documentElement.dataset['theme']).toBe('light');
  });
});

describe('an import', () => {
  it('takes the reader’s suggestions until the user chooses', async () => {
    const bridge = fixtureBridge();
    const importing = new Importing(clientOf(bridge).client);
    importing.open('/data/faces');
    await vi.advanceTimersByTimeAsync(500);
    expect(importing.options.label).toBe('folder');
    importing.set('label', 'gender');
    importing.toggleSensitive('gender', true);
    importing.setSource('gender', 'annotated');
    await vi.advanceTimersByTimeAsync(500);
    expect(importing.options).toMatchObject({ label: 'gender', sensitive: ['gender'], featureSources: { gender: 'annotated' }, size: 32 });
    expect(await importing.start()).toBe('job-import');
    expect(askedFor(bridge, 'datasets.import')).toMatchObject([{ path: '/data/faces', reader: null, options: { label: 'gender', sensitive: ['gender'] } }]);
  });

  it('names columns, types and edges, and looks again; other columns make what was chosen among the old ones void', async () => {
    const bridge = fixtureBridge();
    const importing = new Importing(clientOf(bridge).client);
    importing.open('/data/adult.data');
    await vi.advanceTimersByTimeAsync(500);
    importing.setType('zip', 'category');
    importing.setType('note', 'ignore');
    importing.setType('note', null);
    importing.setEdges('age', [30, 45]);
    await vi.advanceTimersByTimeAsync(500);
    expect(askedFor(bridge, 'datasets.preview').at(-1)).toMatchObject({ options: { types: { zip: 'category' }, bins: { age: [30, 45] } } });
    importing.setMany({ columns: ['age', 'sex'], header: undefined });
    await vi.advanceTimersByTimeAsync(500);
    expect(askedFor(bridge, 'datasets.preview').at(-1)).toEqual({ path: '/data/adult.data', reader: null, options: { columns: ['age', 'sex'], header: undefined } });
  });

  it('shows why a source cannot be read', async () => {
    const importing = new Importing(clientOf(fixtureBridge({ 'datasets.preview': () => { throw new Error('No such folder.'); } })).client);
    importing.open('/nowhere');
    await vi.advanceTimersByTimeAsync(500);
    expect(importing.error?.message).toBe('No such folder.');
    expect(importing.looking).toBe(false);
  });
});

describe('live views', () => {
  it('asks for samples once and for views after each pause', async () => {
    const bridge = fixtureBridge();
    const views = new ViewsPreview(clientOf(bridge).client);
    const { views: pipeline } = configFor('simclr');
    for (let at = 0; at < 20; at++) views.show('d1', pipeline.slice(0, 1 + (at % 4)));
    await vi.advanceTimersByTimeAsync(300);
    views.show('d1', pipeline);
    await vi.advanceTimersByTimeAsync(300);
    expect(askedFor(bridge, 'datasets.samples')).toHaveLength(1);
    expect(askedFor(bridge, 'views.preview')).toHaveLength(2);
    expect(views.preview?.views).toHaveLength(2);
    views.only({ colour: 'blue' });
    await vi.advanceTimersByTimeAsync(300);
    expect(askedFor(bridge, 'datasets.samples').at(-1)).toMatchObject({ group: { colour: 'blue' } });
  });
});

describe('experiments', () => {
  it('made or renamed elsewhere show here, and so do the names that runs carry', async () => {
    const bridge = fixtureBridge();
    const { client, toasts } = clientOf(bridge);
    const runs = new Runs(client, toasts);
    await runs.load();
    const experiments = new Experiments(client, runs, toasts);
    await experiments.load();
    const [first, second] = experiments.rows;
    if (!first || !second) throw new Error('the fixture has two experiments');
    bridge.announce('experiment.changed', { ...second, id: 'e9', name: 'Made elsewhere' });
    bridge.announce('experiment.changed', { ...second, name: 'Renamed' });
    expect(experiments.rows.map(({ name }) => name)).toEqual(['Made elsewhere', first.name, 'Renamed']);
    expect(askedFor(bridge, 'runs.list')).toHaveLength(1);
    bridge.announce('experiment.changed', { ...first, name: 'Digits' });
    expect(askedFor(bridge, 'runs.list')).toHaveLength(2);
  });
});

describe('the tour', () => {
  const idle: TourState = { status: 'idle', step: null, job: null, dataset: null, runs: [], audit: null, answer: null, error: null, started: null, ended: null };

  it('is asked for, started and stopped in main, and shown as main announces it', async () => {
    const running: TourState = { ...idle, status: 'running', step: 'importing', started: '2026-11-22T10:00:00Z' };
    const bridge = fixtureBridge({ 'tour.state': () => idle, 'tour.start': () => running, 'tour.cancel': () => ({ ...running, status: 'cancelled' }) });
    const tour = new Tour(clientOf(bridge).client);
    expect([tour.state, tour.underWay]).toEqual([null, false]);
    await tour.load();
    expect(tour.state).toEqual(idle);
    await tour.start();
    expect([tour.state?.step, tour.underWay, tour.asking]).toEqual(['importing', true, false]);
    bridge.announce('tour.changed', { ...running, step: 'training', runs: [{ part: 'kept', run: 'r1' }] });
    expect([tour.state?.step, tour.state?.runs]).toEqual(['training', [{ part: 'kept', run: 'r1' }]]);
    await tour.cancel();
    expect([tour.state?.status, tour.underWay]).toEqual(['cancelled', false]);
  });

  it('stays as it was where main refuses, which is shown', async () => {
    const { client, toasts } = clientOf(fixtureBridge({ 'tour.state': () => idle, 'tour.start': () => { throw new AppError({ code: 'readOnly', message: 'Read-only.' }); } }));
    const tour = new Tour(client);
    await tour.load();
    await tour.start();
    expect([tour.state, tour.asking]).toEqual([idle, false]);
    expect(toasts.shown.map(({ title }) => title)).toEqual(['Read-only.']);
  });
});
