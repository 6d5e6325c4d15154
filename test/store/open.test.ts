import { spawn } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  DATABASE_FILE,
  MIGRATIONS,
  openStore,
  type OpenOptions,
  type Store,
} from '../../main/store/index.ts';
import { networkFileSystem } from '../../main/store/networkMount.ts';
import { expectCode } from './support/expectCode.ts';
import { addRun, countingHost, temporaryFolder } from './support/workspace.ts';

let folder: ReturnType<typeof temporaryFolder>;
let path = '';
let opened: Store[] = [];

beforeEach(() => {
  folder = temporaryFolder('open');
  path = join(folder.path, 'workspace');
  opened = [];
});
afterEach(() => {
  for (const store of opened) store.close();
  folder.remove();
});

function open(options: OpenOptions = {}): Store {
  const store = openStore(path, countingHost(opened.length * 1000), options);
  opened.push(store);
  return store;
}

const mode = (file: string): string => (statSync(file).mode & 0o777).toString(8);

describe('a workspace', () => {
  it('is made where there is none, for its owner only', () => {
    const store = open();
    expect(store).toMatchObject({
      path,
      readOnly: false,
      readOnlyReason: null,
      schemaVersion: MIGRATIONS.length,
    });
    expect(mode(path)).toBe('700');
    expect(store.check()).toEqual([]);
  });

  it('is closed to others if it was open to them', () => {
    mkdirSync(path);
    chmodSync(path, 0o755);
    open();
    expect(mode(path)).toBe('700');
  });

  it('writes ahead and keeps foreign keys', async () => {
    const store = open();
    const db = new Database(join(path, DATABASE_FILE), { readonly: true });
    expect(db.pragma('journal_mode', { simple: true })).toBe('wal');
    db.close();
    await expectCode(
      () => store.logs.append('run-none', [{ time: '', level: 'info', text: '' }]),
      'notFound',
    );
  });

  it('tells its size and the room on its disk', async () => {
    const usage = await open().usage();
    expect(usage.sizeBytes).toBeGreaterThan(4096);
    expect(usage.freeBytes).toBeGreaterThan(0);
  });

  it('cannot be where a file is', () => {
    writeFileSync(path, 'a file');
    return expectCode(() => open(), 'usage');
  });
});

describe('the second opener', () => {
  it('reads, says who writes, and sees what the first stores', () => {
    const first = open();
    const second = open();
    expect(second.readOnly).toBe(true);
    expect(second.readOnlyReason).toContain(`process ${process.pid} on ${hostname()} (since 2026-`);
    const run = addRun(first);
    first.points.append(run, [{ seq: 0, metric: 'loss', step: 0, epoch: 0, time: 0, value: 1 }]);
    expect(second.runs.row(run).metrics['loss']?.last).toBe(1);
    expect([...second.points.all(run)]).toHaveLength(1);
  });

  it('may write once the first is closed', () => {
    open().close();
    expect(open().readOnly).toBe(false);
  });

  it('takes over at once from a process that was killed', async () => {
    const script = `
      import { openStore } from ${JSON.stringify(join(import.meta.dirname, '../../main/store/index.ts'))};
      const store = openStore(${JSON.stringify(path)}, { now: () => 'then', newId: (prefix) => prefix });
      store.experiments.create({ name: 'kept', notes: '' });
      process.stdout.write('open');
      // Held on to: a store that nobody refers to is collected, and its lock goes with it.
      setInterval(() => store.path, 1000);`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script]);
    await new Promise((resolve) => child.stdout.once('data', resolve));
    const meanwhile = open();
    expect(meanwhile.readOnlyReason).toContain(`process ${child.pid}`);
    child.kill('SIGKILL');
    await new Promise((resolve) => child.once('exit', resolve));
    const next = open();
    expect(next.readOnly).toBe(false);
    expect(next.experiments.list().map((row) => row.name)).toEqual(['kept']);
  });

  const writes: readonly (readonly [string, (store: Store) => unknown])[] = [
    ['experiments.create', (store) => store.experiments.create({ name: 'x', notes: '' })],
    ['experiments.update', (store) => store.experiments.update('experiment-00001', { name: 'x' })],
    ['runs.change', (store) => store.runs.change('run-00002', { notes: 'x' })],
    [
      'runs.addCheckpoint',
      (store) =>
        store.runs.addCheckpoint(
          'run-00002',
          { digest: 'd', step: 1, epoch: 1, kind: 'final', size: 1, created: '' },
          1,
        ),
    ],
    [
      'runs.addArtefact',
      (store) =>
        store.runs.addArtefact('run-00002', { digest: 'd', kind: 'k', name: 'n', size: 1, created: '' }),
    ],
    ['runs.purge', (store) => store.runs.purge(['run-00002'])],
    ['points.append nothing', (store) => store.points.append('run-00002', [])],
    ['logs.append', (store) => store.logs.append('run-00002', [])],
    ['settings.set', (store) => store.settings.set({})],
    ['datasets.archive', (store) => store.datasets.archive('dataset-00003', true)],
    ['audits.archive', (store) => store.audits.archive('none', true)],
    ['artefacts.put', (store) => store.artefacts.put(new Uint8Array(1))],
    ['artefacts.create', (store) => store.artefacts.create()],
    ['artefacts.adopt', (store) => store.artefacts.adopt('/none')],
    ['transaction', (store) => store.transaction(() => 1)],
  ];
  it.each(writes)('may not write: %s', async (_name, write) => {
    addRun(open());
    await expectCode(() => write(open()), 'readOnly');
  });

  it('opens read-only on request, but makes nothing', async () => {
    await expectCode(() => open({ readOnly: true }), 'notFound');
    expect(existsSync(path)).toBe(false);
    open();
    expect(open({ readOnly: true }).readOnlyReason).toBe('it was opened for reading only.');
  });
});

describe('versions', () => {
  const [first = ''] = MIGRATIONS;
  const newest = MIGRATIONS.length;
  const second = 'ALTER TABLE experiments ADD COLUMN extra TEXT;';

  it('are brought up to date, with a backup before', () => {
    const old = open({ migrations: [first] });
    old.experiments.create({ name: 'kept', notes: '' });
    old.close();
    const store = open({ migrations: [first, second] });
    expect(store.schemaVersion).toBe(2);
    expect(store.experiments.list()[0]?.name).toBe('kept');
    const backups = readdirSync(join(path, 'backups'));
    expect(backups).toEqual([expect.stringMatching(/^workspace-v1-2026-.*\.sqlite$/)]);
    const backup = new Database(join(path, 'backups', backups[0] ?? ''), { readonly: true });
    expect(backup.pragma('user_version', { simple: true })).toBe(1);
    expect(backup.prepare('SELECT name FROM experiments').pluck().all()).toEqual(['kept']);
    backup.close();
  });

  it('make no backup of what is new or current', () => {
    open().close();
    open().close();
    expect(existsSync(join(path, 'backups'))).toBe(false);
  });

  it('stay as they were if a migration fails', async () => {
    open({ migrations: [first] }).close();
    const bad = 'CREATE TABLE half (a TEXT); CREATE TABLE runs (a TEXT);';
    expect(() => open({ migrations: [first, bad] })).toThrow(/already exists/);
    const store = open({ migrations: [first] });
    expect([store.schemaVersion, store.readOnly]).toEqual([1, false]);
  });

  it('newer than the app are refused with a sentence, also to readers', async () => {
    const writer = open({ migrations: [...MIGRATIONS, second] });
    await expectCode(() => open(), 'conflict');
    writer.close();
    expect(() => open()).toThrow(
      `has version ${newest + 1}, but this Pretext knows versions up to ${newest}`,
    );
  });

  it('older than the app are refused to a reader, who cannot change them', async () => {
    open({ migrations: [first] });
    await expectCode(() => open({ migrations: [first, second] }), 'conflict');
  });
});

describe('a damaged database', () => {
  it.each([
    [
      'text',
      (file: string) =>
        writeFileSync(file, 'This is not a database, but a text that is long enough to have a header.'),
    ],
    ['a damaged first page', (file: string) => writeFileSync(file, readFileSync(file).fill(7, 0, 300))],
    ['a truncated file', (file: string) => truncateSync(file, 6000)],
  ])('is refused with a sentence: %s', async (_name, damage) => {
    const store = open();
    for (let i = 0; i < 50; i++)
      store.experiments.create({ name: `experiment ${i}`, notes: 'x'.repeat(500) });
    store.close();
    damage(join(path, DATABASE_FILE));
    await expectCode(() => open().check(), 'invalidData');
  });

  it('leaves the place of the writer free', async () => {
    mkdirSync(path);
    writeFileSync(join(path, DATABASE_FILE), 'no database at all, no database at all, no database at all');
    await expectCode(() => open(), 'invalidData');
    writeFileSync(join(path, DATABASE_FILE), '');
    expect(open().readOnly).toBe(false);
  });
});

describe('network file systems', () => {
  const mounts = [
    'overlay / overlay rw 0 0',
    'server:/home /home nfs4 rw 0 0',
    '/dev/sda1 /home/local ext4 rw 0 0',
    '//nas/data /mnt/my\\040share cifs rw 0 0',
    'user@host: /mnt/remote fuse.sshfs rw 0 0',
    'tmpfs /mnt/remote tmpfs rw 0 0',
  ].join('\n');
  it.each([
    ['/home/me/work', 'nfs4'],
    ['/home/local/work', null],
    ['/homework', null],
    ['/mnt/my share/w', 'cifs'],
    ['/mnt/remote/w', null],
    ['/tmp', null],
  ])('%s is on %s', (place, type) => expect(networkFileSystem(mounts, place)).toBe(type));

  it('are refused with a sentence', async () => {
    await expectCode(
      () => open({ mounts: () => 'a / ext4 rw 0 0\nb /tmp 9p rw 0 0\nc ' + folder.path + ' nfs rw 0 0' }),
      'conflict',
    );
    expect(readdirSync(path)).toEqual([]);
  });
});

describe('a transaction', () => {
  it('keeps all or nothing, also when the callback throws', () => {
    const store = open();
    expect(() =>
      store.transaction(() => {
        store.experiments.create({ name: 'gone', notes: '' });
        throw new Error('no');
      }),
    ).toThrow('no');
    expect(store.experiments.list()).toEqual([]);
  });

  it('inside another undoes its own part alone', () => {
    const store = open();
    store.transaction(() => {
      store.experiments.create({ name: 'outer', notes: '' });
      expect(() =>
        store.transaction(() => {
          store.experiments.create({ name: 'inner', notes: '' });
          throw new Error('inner');
        }),
      ).toThrow('inner');
    });
    expect(store.experiments.list().map((row) => row.name)).toEqual(['outer']);
  });

  it('refuses asynchronous work, and keeps nothing of it', () => {
    const store = open();
    const work = async (): Promise<void> => {
      store.experiments.create({ name: 'half', notes: '' });
      await Promise.reject(new Error('later'));
    };
    expect(() => store.transaction(work)).toThrow(/asynchronous/);
    expect(store.experiments.list()).toEqual([]);
  });

  it('answers what the work answers', () => expect(open().transaction(() => 42)).toBe(42));
});

it('a closed workspace says so', async () => {
  const store = open();
  store.close();
  await expectCode(() => store.runs.list(), 'conflict');
  await expectCode(() => store.settings.set({ a: 1 }), 'conflict');
});
