import { moment } from '../lib/format.ts';
import type { App } from '../state/app.ts';

/** One thing the palette can do. */
export interface CommandEntry {
  readonly id: string;
  readonly title: string;
  readonly hint: string;
  readonly run: () => void;
}

/** Commands under one heading. */
export interface CommandGroup {
  readonly title: string;
  readonly commands: readonly CommandEntry[];
}

/** Keys that work on every page; the second key of a pair follows `g`. */
export const PAGE_KEYS: readonly { readonly key: string; readonly page: string; readonly title: string }[] = [
  { key: 'h', page: 'home', title: 'Home' },
  { key: 'd', page: 'datasets', title: 'Datasets' },
  { key: 'e', page: 'designer', title: 'Designer' },
  { key: 'r', page: 'runs', title: 'Runs' },
  { key: 'c', page: 'compare', title: 'Compare' },
  { key: 'a', page: 'audits', title: 'Audits' },
  { key: 's', page: 'settings', title: 'Settings' },
];

const MOST_RUNS = 200;

/** Everything the window can do now. */
export function commandsOf(app: App): readonly CommandGroup[] {
  const { router, appearance, shell } = app;
  const group = (title: string, commands: readonly CommandEntry[]): readonly CommandGroup[] => (commands.length > 0 ? [{ title, commands }] : []);
  return [
    ...group('Go to', PAGE_KEYS.map(({ key, page, title }) => ({ id: `page-${page}`, title, hint: `g ${key}`, run: () => router.go(page) }))),
    ...group('Do', [
      { id: 'import', title: 'Import data', hint: '', run: () => router.go('import') },
      { id: 'design', title: 'Design a run', hint: '', run: () => router.go('designer') },
      { id: 'audit', title: 'New audit', hint: '', run: () => router.go('audits', null, { new: '1' }) },
      { id: 'audit-table', title: 'Audit a table of predictions', hint: '', run: () => router.go('audits', null, { new: 'predictions' }) },
      { id: 'policy', title: 'New audit policy', hint: '', run: () => router.go('audits', null, { tab: 'policies', new: 'policy' }) },
      { id: 'representation', title: 'New audit of representations', hint: '', run: () => router.go('audits', null, { tab: 'representations', new: 'representation' }) },
      { id: 'dark', title: appearance.dark ? 'Use the light theme' : 'Use the dark theme', hint: '', run: () => appearance.toggleDark() },
      { id: 'messages', title: 'Read earlier messages', hint: '', run: () => shell.open('messages') },
      { id: 'shortcuts', title: 'Show keyboard shortcuts', hint: '?', run: () => shell.open('shortcuts') },
      { id: 'doctor', title: 'Examine engines and devices', hint: '', run: () => router.go('doctor') },
    ]),
    ...group('Runs', app.runs.rows.filter((run) => !run.archived).slice(0, MOST_RUNS).map((run) => ({
      id: run.id, title: run.name, hint: `${app.workspace.title('methods', run.method)}, ${run.status}`, run: () => router.go('run', run.id),
    }))),
    ...group('Data sets', app.datasets.rows.map((row) => ({ id: row.id, title: row.name, hint: '', run: () => router.go('dataset', row.id) }))),
    ...group('Audits', app.audits.rows.map((row) => ({ id: row.id, title: row.name, hint: moment(row.created, app.now()), run: () => router.go('audit', row.id) }))),
  ];
}
