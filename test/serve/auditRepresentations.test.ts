import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Handlers } from '../../preload/contract/calls.ts';
import type { JobRow, RepresentationAudit } from '../../preload/contract/vocabulary.ts';
import { known, pretext } from './scriptedPretext.ts';

const folder = mkdtempSync(join(tmpdir(), 'pretext-associations-'));
afterAll(() => rmSync(folder, { recursive: true }));
const job = { id: 'job-1', title: 'Audit', state: 'finished', result: 'rep-1' } as unknown as JobRow;

/** Runs `pretext audit ...`; answers what the call was given. */
async function audit(...args: readonly string[]) {
  const given: unknown[] = [];
  const take = (value: unknown): string => {
    given.push(value);
    return 'job-1';
  };
  const handlers: Partial<Handlers> = {
    ...known,
    'jobs.get': () => job,
    'representations.create': take,
    'representations.embeddings': take,
    'representations.get': () => ({ id: 'rep-1' }) as RepresentationAudit,
    'representations.export': () => ({
      fileName: 'x.md',
      mediaType: '',
      data: new TextEncoder().encode('# mine\n'),
    }),
  };
  return { ...(await pretext(['audit', ...args, '--features', 'sex'], handlers)), given: given[0] };
}

describe('pretext audit --representation', () => {
  it('audits the encoders of runs and prints what was found', async () => {
    const found = await audit(
      'run-xyz',
      '--representation',
      '--split',
      'validation',
      '--probes',
      'logistic',
      '--draws',
      '200',
    );
    expect(found).toMatchObject({ code: 0, out: '# mine\n' });
    expect(found.given).toMatchObject({
      runs: ['run-xyz'],
      dataset: null,
      options: { features: ['sex'], split: 'validation', probes: ['logistic'], draws: 200, rows: 1500 },
    });
    expect(JSON.parse((await audit('run-xyz', '--representation', '--json')).out)).toEqual({ id: 'rep-1' });
  });

  it.each([
    [['--representation'], '--representation needs a run, or --embeddings a file.'],
    [['run-xyz', '--representation', '--metadata', 'm.csv'], '--metadata belongs to --embeddings <file>.'],
    [['run-xyz', '--representation', '--subject', 's'], '--subject belongs to --embeddings <file>.'],
    [['run-xyz', '--neighbours', '5'], '--neighbours belongs to --representation or --embeddings.'],
    [['--embeddings', 'a.npy'], '--embeddings needs --metadata <file>.'],
    [['run-xyz', '--embeddings', 'a.npy'], '--embeddings audits files, not runs.'],
    [
      ['--embeddings', 'a.npy', '--metadata', 'm.csv', '--untrained', 'b', '--untrained', 'c'],
      'There are 1 of --embeddings and 2 of --untrained.',
    ],
    [
      ['--embeddings', 'a=a.npy', '--embeddings', 'b=b.npy', '--view', 'v', '--metadata', 'm.csv'],
      '--view is about one model; there are several.',
    ],
  ])('%j is refused in one sentence', async (args, message) => {
    const { code, err, given } = await audit(...args);
    expect([code, err.split('\n')[0], given]).toEqual([2, message, undefined]);
  });
});

describe('pretext audit --embeddings', () => {
  it('groups files by model and layer', async () => {
    const { given } = await audit(
      ...[
        '--embeddings',
        'small:early=e.npy',
        '--embeddings',
        'small:late=l.npy',
        '--embeddings',
        'other/big.parquet',
      ],
      ...['--metadata', 'm.csv', '--label', 'y', '--subject', 'who', '--raw-input', 'raw.npy'],
      ...['--untrained', 'e0.npy', '--untrained', 'l0.npy', '--untrained', 'b0.npy'],
    );
    expect(given).toMatchObject({
      models: [
        {
          name: 'small',
          layers: [
            { layer: 'early', path: resolve('e.npy') },
            { layer: 'late', path: resolve('l.npy') },
          ],
          untrained: [resolve('e0.npy'), resolve('l0.npy')],
        },
        {
          name: 'big',
          layers: [{ layer: 'embedding', path: resolve('other/big.parquet') }],
          untrained: [resolve('b0.npy')],
        },
      ],
      ...{
        metadata: resolve('m.csv'),
        rawInput: resolve('raw.npy'),
        label: 'y',
        subject: 'who',
        rowName: null,
      },
    });
  });

  it('reads association tests from a file, and says what is wrong with it', async () => {
    const path = join(folder, 'tests.json');
    const set = { column: 'sex', value: 'female' };
    const given = ['--embeddings', 'a.npy', '--metadata', 'm.csv', '--association', path];
    writeFileSync(path, JSON.stringify([{ name: 't', x: set, y: set, a: set, b: { names: ['r1'] } }]));
    expect((await audit(...given)).given).toMatchObject({
      options: { associations: [{ name: 't', role: 'test', b: { names: ['r1'] } }] },
    });
    writeFileSync(path, '{}');
    expect((await audit(...given)).err).toContain(
      `${path} cannot be read as a list of association tests: it is no list.\n`,
    );
    writeFileSync(path, JSON.stringify([{ name: 't' }]));
    expect(await audit(...given)).toMatchObject({ code: 2, given: undefined });
  });
});
