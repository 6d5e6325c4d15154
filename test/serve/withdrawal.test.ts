import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, expect, it } from 'vitest';
import type { PretrainJob } from '../../main/runs/protocol.ts';
import { createMemoryBridge } from '../../main/api/memoryBridge.ts';
import { runCommandLine } from '../../main/serve/commandLine.ts';
import type { OpenHouse } from '../../main/serve/house.ts';
import { createServices } from '../../main/services.ts';
import { splitIndices } from '../../main/trainer/datasetReader.ts';
import type { ConsentImpact, DatasetDetail, RunDetail } from '../../preload/contract/vocabulary.ts';
import { scriptedTrainers } from '../api/support/scriptedTrainer.ts';
import { folderWith, removeFolders } from '../data/fixtures.ts';

const root = mkdtempSync(join(tmpdir(), 'pretext-withdrawal-'));
afterAll(() => {
  rmSync(root, { recursive: true });
  removeFolders();
});
const jobs: PretrainJob[] = [];
const PEOPLE = 24;
const EACH = 2;

/** The house as the command line opens it, every time anew, with trainers that train nothing. */
const openHouse: OpenHouse = async ({ trains }) => {
  const services = createServices({
    launcher: scriptedTrainers({
      pretrained: (job) => {
        jobs.push(job);
        return Promise.resolve('finished');
      },
    }),
    ...{ kind: 'serve', paths: { workspace: join(root, 'workspace'), subjectKey: join(root, 'key') } },
    onFault: (where, cause) => expect.unreachable(`${where}: ${String(cause)}`),
  });
  await services.start({ workQueue: trains });
  const { door, events } = services;
  return { door, events, bridge: createMemoryBridge(door, events), close: () => services.shutdown('pause') };
};

/** Runs `pretext … --json`; answers its value. */
async function pretext<T>(...args: string[]): Promise<T> {
  const said = { out: '', err: '' };
  const terminal = {
    out: (text: string) => void (said.out += text),
    err: (text: string) => void (said.err += text),
    onInterrupt: () => () => undefined,
  };
  const code = await runCommandLine([...args, '--json'], { terminal, openHouse, more: [] });
  if (code !== 0) throw new Error(said.err);
  return JSON.parse(said.out) as T;
}

const place = (person: number, row: number): string =>
  `${person % 2 ? 'yes' : 'no'}/${person % 4 < 2 ? 'a' : 'b'}_p${person}_${row}.png`;

/** Whose picture each sample is: files are read in the order of their paths. */
const owners = Array.from({ length: PEOPLE * EACH }, (_, at) => place(Math.floor(at / EACH), at % EACH))
  .sort()
  .map((path) => /_(p\d+)_/.exec(path)?.[1] ?? '');

function peopleOf(job: PretrainJob | undefined): ReadonlySet<string | undefined> {
  if (!job) throw new Error('Nothing was trained.');
  const roles = ['pretrain', 'probeTrain', 'validation', 'audit'] as const;
  return new Set(roles.flatMap((role) => [...splitIndices(job.dataset, role)].map((index) => owners[index])));
}

it('withdraws a subject after training: the next run leaves it out, and the list names the runs and audits that used it', async () => {
  const files: Record<string, Uint8Array> = {};
  for (let person = 0; person < PEOPLE; person++)
    for (let row = 0; row < EACH; row++) {
      const create = {
        width: 8,
        height: 8,
        channels: 3,
        background: { r: person * 9, g: row * 90, b: 3 },
      } as const;
      files[place(person, row)] = await sharp({ create }).png().toBuffer();
    }
  const { id } = await pretext<DatasetDetail>('dataset', 'import', folderWith(files), '--pattern', '{group}_{person}_*', '--label', 'folder', '--subject', 'person', '--sensitive', 'group', '--size', '8'); // prettier-ignore
  const config = join(root, 'config.yaml');
  writeFileSync(config, `dataset: ${id}\nmethod: { id: simclr }\nbatchSize: 4\nepochs: 1\n`);
  const train = async (name: string): Promise<string> => {
    await pretext('run', config, '--name', name);
    return (await pretext<RunDetail>('runs', 'show', name)).id;
  };
  const audit = async (run: string): Promise<string> =>
    (await pretext<{ audit: string }>('audit', run, '--features', 'group', '--metrics', 'accuracy', '--draws', '200')).audit; // prettier-ignore
  const first = await train('first');
  const looked = await audit(first);
  const learnt =
    owners[[...splitIndices(jobs[0]?.dataset ?? expect.unreachable(), 'pretrain')][0] ?? -1] ?? '';
  expect(peopleOf(jobs[0]).has(learnt)).toBe(true);

  const impact = await pretext<ConsentImpact>('dataset', 'consent', id, '--withdraw', learnt);
  expect(impact).toMatchObject({ rows: EACH, runs: [{ run: first, splits: ['pretrain'] }], audits: [{ audit: looked, uses: ['model'] }] }); // prettier-ignore
  expect(impact.runs[0]?.encoders).toHaveLength(1);

  const next = await train('next');
  expect(peopleOf(jobs.at(-1))).toEqual(
    new Set([...peopleOf(jobs[0])].filter((person) => person !== learnt)),
  );
  const later = await audit(next);
  const after = await pretext<ConsentImpact>('dataset', 'consent', id, '--affected', learnt);
  expect(after.runs.map(({ run }) => run)).toEqual([first]);
  expect(after.audits.map(({ audit: one }) => one)).toEqual([looked]);
  expect(after.audits.map(({ audit: one }) => one)).not.toContain(later);
});
