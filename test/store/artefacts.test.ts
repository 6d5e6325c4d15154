import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { artefactPath } from '../../main/core/datasetFiles.ts';
import { artefactFolder, openStore, RESERVE_BYTES, type Store } from '../../main/store/index.ts';
import { expectCode } from './support/expectCode.ts';
import { addRun, countingHost, temporaryFolder, withStore } from './support/workspace.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const sha256 = (content: Uint8Array): string => createHash('sha256').update(content).digest('hex');
const incoming = (store: Store): readonly string[] => {
  const folder = join(store.path, 'artefacts', 'incoming');
  return existsSync(folder) ? readdirSync(folder) : [];
};

describe('artefacts', () => {
  it('are named by their content, and kept once', () =>
    withStore(async (store) => {
      const content = bytes('hello');
      const first = await store.artefacts.put(content);
      expect(first).toEqual({
        digest: sha256(content),
        path: join(store.path, artefactPath(sha256(content))),
        size: 5,
      });
      const { ino } = statSync(first.path);
      expect(await store.artefacts.put(content)).toEqual(first);
      expect(statSync(first.path).ino).toBe(ino);
      expect(store.artefacts.find(first.digest)).toEqual(first);
      expect(incoming(store)).toEqual([]);
    }));

  it('are written piece by piece, and are not there before the end', () =>
    withStore(async (store) => {
      const sink = await store.artefacts.create();
      for (let i = 0; i < 100; i++) await sink.write(new Uint8Array(10_000).fill(i));
      const digest = sha256(Buffer.concat(Array.from({ length: 100 }, (_, i) => Buffer.alloc(10_000, i))));
      await expectCode(() => store.artefacts.find(digest), 'notFound');
      expect(await sink.finish()).toMatchObject({ digest, size: 1_000_000 });
      const other = await store.artefacts.create();
      await other.write(bytes('half'));
      await other.abort();
      expect(incoming(store)).toEqual([]);
    }));

  it('are adopted: moved, or kept where they were', () =>
    withStore(async (store) => {
      const file = join(store.path, 'made');
      writeFileSync(file, 'made by a trainer');
      const kept = await store.artefacts.adopt(file, { keep: true });
      expect(existsSync(file)).toBe(true);
      expect(await store.artefacts.adopt(file)).toEqual(kept);
      expect(existsSync(file)).toBe(false);
      expect(await store.artefacts.verify(kept.digest)).toBe(true);
      await expectCode(store.artefacts.adopt(file), 'notFound');
    }));

  it.each([
    ['changed', (path: string) => writeFileSync(path, 'hellO')],
    ['cut short', (path: string) => truncateSync(path, 2)],
    ['longer', (path: string) => writeFileSync(path, 'hello!')],
  ])('that were tampered with are found (%s), and mended by the same content', (_name, tamper) =>
    withStore(async (store) => {
      const { digest, path } = await store.artefacts.put(bytes('hello'));
      tamper(path);
      expect(await store.artefacts.verify(digest)).toBe(false);
      await store.artefacts.put(bytes('hello'));
      expect(await store.artefacts.verify(digest)).toBe(true);
    }),
  );

  it.each(['0'.repeat(64), '../../etc/passwd', '', 'ABC'])('are not found by %s', (digest) =>
    withStore((store) => expectCode(() => store.artefacts.find(digest), 'notFound')),
  );

  it('can be written by a process without the database', () =>
    withStore(async (store) => {
      const { digest } = await artefactFolder(store.path).put(bytes('elsewhere'));
      expect(store.artefacts.find(digest).size).toBe(9);
    }));
});

describe('purging', () => {
  const created = '2026-01-01';

  it('removes what nothing refers to any more, and only that', () =>
    withStore(async (store) => {
      const [a, b] = [addRun(store), addRun(store)];
      const own = await store.artefacts.put(bytes('own'));
      const shared = await store.artefacts.put(bytes('shared'));
      const audited = await store.artefacts.put(bytes('audited'));
      for (const file of [own, shared, audited])
        store.runs.addArtefact(a, { ...file, kind: 'k', name: file.digest, created });
      store.runs.addArtefact(b, { ...shared, kind: 'k', name: 'n', created });
      store.audits.create({
        ...({} as Parameters<Store['audits']['create']>[0]),
        id: 'audit-1',
        hashes: { predictions: audited.digest },
      });
      writeFileSync(join(store.runs.directory(a), 'left'), 'left');
      await store.runs.purge([a]);
      await expectCode(() => store.artefacts.find(own.digest), 'notFound');
      for (const file of [shared, audited]) expect(await store.artefacts.verify(file.digest)).toBe(true);
      expect(existsSync(join(store.path, 'runs', a))).toBe(false);
      await expectCode(() => store.runs.row(a), 'notFound');
      expect(store.check()).toEqual([]);
      await store.runs.purge([b]);
      await expectCode(() => store.artefacts.find(shared.digest), 'notFound');
    }));

  it('keeps the newest periodic checkpoints and every final one', () =>
    withStore(async (store) => {
      const run = addRun(store);
      const files = [];
      for (let step = 1; step <= 5; step++) {
        const file = await store.artefacts.put(bytes(`checkpoint ${step}`));
        files.push(file);
        const kind = step === 2 ? 'stopped' : 'periodic';
        store.runs.addCheckpoint(run, { ...file, step, epoch: step, kind, created }, 2);
      }
      expect(store.runs.get(run).checkpoints.map((row) => row.step)).toEqual([2, 4, 5]);
      expect(files.map((file) => existsSync(file.path))).toEqual([false, true, false, true, true]);
      const other = await store.artefacts.put(bytes('written again'));
      store.runs.addCheckpoint(run, { ...other, step: 5, epoch: 5, kind: 'periodic', created }, 2);
      expect(files.map((file) => existsSync(file.path))).toEqual([false, true, false, true, false]);
      store.runs.change(run, { status: 'crashed' });
      expect(store.runs.row(run).resumable).toBe(true);
    }));

  it('refuses runs that are under way', () =>
    withStore(async (store) => {
      const run = addRun(store);
      store.runs.change(run, { status: 'running' });
      await expectCode(store.runs.purge([run]), 'conflict');
      expect(store.runs.row(run).status).toBe('running');
    }));
});

describe('a full disk', () => {
  it('is noticed before anything is written, with the bytes that are needed', () =>
    withStore(
      async (store) => {
        await expectCode(store.artefacts.put(new Uint8Array(101)), 'diskFull');
        await expect(store.artefacts.put(new Uint8Array(101))).rejects.toThrow(/needs 101 bytes/);
        const sink = await store.artefacts.create();
        await sink.write(new Uint8Array(100));
        await expectCode(sink.write(new Uint8Array(101)), 'diskFull');
        await sink.abort();
        expect(incoming(store)).toEqual([]);
        const run = addRun(store);
        const point = { seq: 0, metric: 'loss', step: 0, epoch: 0, time: 0, value: 1 };
        store.points.append(run, [point]);
        await expectCode(
          () =>
            store.points.append(
              run,
              [1, 2].map((seq) => ({ ...point, seq, step: seq })),
            ),
          'diskFull',
        );
        expect(store.points.count(run)).toBe(1);
      },
      { freeBytes: () => RESERVE_BYTES + 100 },
    ));

  const disk = tinyDisk();
  it.skipIf(disk.path === null)(`is survived on a real one${disk.why}`, async () => {
    const path = join(disk.path ?? '', 'workspace');
    // The check before is switched off: the disk itself must say it.
    const options = { freeBytes: () => Infinity };
    const store = openStore(path, countingHost(), options);
    try {
      const run = addRun(store);
      await expectCode(store.artefacts.put(new Uint8Array(8 << 20)), 'diskFull');
      let seq = 0;
      const fill = (): void => {
        for (; ; seq += 1000)
          store.points.append(
            run,
            Array.from({ length: 1000 }, (_, i) => pointAt(seq + i)),
          );
      };
      await expectCode(fill, 'diskFull');
      expect(store.points.count(run)).toBe(seq);
      expect(store.check()).toEqual([]);
      store.close();
      const again = openStore(path, countingHost(5000), options);
      expect(again.points.count(run)).toBe(seq);
      expect([...again.points.all(run)].every((point, i) => point.value === pointAt(i).value)).toBe(true);
      again.close();
    } finally {
      disk.remove();
    }
  });
});

const pointAt = (seq: number) => ({
  seq,
  metric: 'loss',
  step: seq,
  epoch: Math.sqrt(seq),
  time: Math.cbrt(seq),
  value: Math.sin(seq),
});

/** A disk of 4 MiB in memory where this user may mount one. */
function tinyDisk(): { readonly path: string | null; readonly why: string; remove(): void } {
  const folder = temporaryFolder('disk');
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', folder.path], { stdio: 'ignore' });
  } catch {
    folder.remove();
    return {
      path: null,
      why: ' (skipped: only root may mount a small disk, and not everywhere)',
      remove: () => undefined,
    };
  }
  const remove = (): void => {
    execFileSync('umount', [folder.path]);
    rmSync(folder.path, { recursive: true, force: true });
  };
  return { path: folder.path, why: '', remove };
}
