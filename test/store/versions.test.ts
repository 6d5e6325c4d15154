import { copyFileSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, it, onTestFinished } from 'vitest';
import {
  DATABASE_FILE,
  MIGRATIONS,
  openStore,
  type OpenOptions,
  type Store,
} from '../../main/store/index.ts';
import { expectCode } from './support/expectCode.ts';
import { testFolder } from './support/testFolder.ts';
import { addRun, countingHost } from './support/workspace.ts';

/** Written by the version of Pretext that knew version 1 alone; never to be made anew. */
const FIRST = join(import.meta.dirname, 'fixtures', 'workspace-v001.sqlite');

function oldWorkspace(): string {
  const path = join(testFolder('old'), 'workspace');
  mkdirSync(path);
  copyFileSync(FIRST, join(path, DATABASE_FILE));
  return path;
}

function open(path: string, options: OpenOptions = {}): Store {
  const store = openStore(path, countingHost(1000), options);
  onTestFinished(() => store.close());
  return store;
}

it('a workspace of version 1 opens with all it holds, and goes on', () => {
  const store = open(oldWorkspace());
  expect(store.schemaVersion).toBe(MIGRATIONS.length);
  expect(store.check()).toEqual([]);
  const [waiting, run] = store.runs.list();
  expect(run).toMatchObject({
    name: 'kept run',
    status: 'finished',
    seed: 7,
    tags: ['old'],
    datasetName: 'digits',
  });
  expect(store.runs.queue()).toEqual([waiting?.id]);
  const { checkpoints, artefacts } = store.runs.get(run?.id ?? '');
  expect([checkpoints[0]?.digest, artefacts[0]?.digest]).toEqual(['c'.repeat(64), 'd'.repeat(64)]);
  const points = [...store.points.all(run?.id ?? '')].toSorted((a, b) => a.step - b.step);
  expect(points.map(({ step, value }) => [step, value])).toEqual(
    Array.from({ length: 3000 }, (_, i) => [i, Math.fround(Math.sin(i))]),
  );
  expect(store.logs.tail(run?.id ?? '', 9).map(({ text }) => text)).toEqual(['begins']);
  expect(store.datasets.get('digits').auditLooks.map(({ purpose }) => purpose)).toEqual(['fixture']);
  expect(store.audits.list().map(({ id }) => id)).toEqual(['b', 'a']);
  expect(store.audits.verify()).toMatchObject({ whole: true, broken: null });
  expect(store.settings.all()).toEqual({ maxConcurrent: 2 });
  const point = { seq: 3000, metric: 'loss', step: 3000, epoch: 30, time: 300, value: 1 };
  store.points.append(run?.id ?? '', [point]);
  expect(store.points.count(run?.id ?? '')).toBe(3001);
  expect(store.runs.row(addRun(store)).name).not.toBe('');
});

it('and what it was is kept whole beside it', () => {
  const path = oldWorkspace();
  open(path);
  const backups = readdirSync(join(path, 'backups'));
  expect(backups).toEqual([expect.stringMatching(/^workspace-v1-.*\.sqlite$/)]);
  const dump = (file: string): unknown => {
    const db = new Database(file);
    onTestFinished(() => void db.close());
    const tables = db
      .prepare<[], { name: string; sql: string }>('SELECT name, sql FROM sqlite_schema ORDER BY name')
      .all();
    const rows = tables
      .filter(({ sql }) => sql?.startsWith('CREATE TABLE'))
      .map(({ name }) => db.prepare(`SELECT * FROM ${name}`).all());
    return { tables, rows, version: db.pragma('user_version') };
  };
  copyFileSync(FIRST, join(path, 'before.sqlite'));
  expect(dump(join(path, 'backups', backups[0] ?? ''))).toEqual(dump(join(path, 'before.sqlite')));
});

it('version 1 is what it was: a workspace made by its migration has the same schema', () => {
  const made = new Database(':memory:');
  made.exec(MIGRATIONS[0] ?? '');
  const old = new Database(join(oldWorkspace(), DATABASE_FILE));
  const schema = (db: Database.Database): unknown =>
    db.prepare('SELECT type, name, sql FROM sqlite_schema ORDER BY type, name').all();
  expect(schema(made)).toEqual(schema(old));
  made.close();
  old.close();
});

it('a reader cannot bring it up to date, and says so', () =>
  expectCode(() => open(oldWorkspace(), { readOnly: true }), 'conflict'));

it('a migration that fails leaves its backup, no half of one, and the workspace as it was', () => {
  const path = oldWorkspace();
  mkdirSync(join(path, 'backups'));
  writeFileSync(join(path, 'backups', 'workspace-v1-then.sqlite.half'), 'left by a kill');
  const bad = [MIGRATIONS[0] ?? '', 'SELECT no_such_function();'];
  expect(() => open(path, { migrations: bad })).toThrow(/no_such_function/);
  expect(readdirSync(join(path, 'backups'))).toEqual([
    expect.stringMatching(/^workspace-v1-2026.*\.sqlite$/),
  ]);
  expect(open(path).schemaVersion).toBe(MIGRATIONS.length);
});
