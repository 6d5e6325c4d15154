import { resolve } from 'node:path';
import { Option, type Command } from 'commander';
import { AppError } from '../../../preload/contract/errors.ts';
import type { RunDetail, RunRow } from '../../../preload/contract/vocabulary.ts';
import { nearest } from '../../core/nearest.ts';
import type { Needs, Work } from '../commandLine.ts';
import type { Session } from '../session.ts';
import { readable, table } from '../terminal.ts';
import { runIdOf, saveFile, wholeOf } from './options.ts';
import { goOn, reportRuns } from './run.ts';

/** `pretext runs …`: everything about runs that exist. */
export function addRuns(program: Command, work: Work): void {
  const runs = program.command('runs').description('runs of the workspace');
  addList(runs, work);
  addShow(runs, work);
  addPoints(runs, work);
  addVerbs(runs, work);
  addExport(runs, work);
}

function addList(runs: Command, work: Work): void {
  runs
    .command('list')
    .description('list the runs, newest first')
    .option('--archived', 'those that are archived')
    .option('--experiment <id>', 'those of one experiment')
    .action((options: { archived?: boolean; experiment?: string }, command: Command) =>
      work(command, async (session) => {
        const rows = await session.ask('runs.list', {
          archived: options.archived ?? false,
          experiment: options.experiment ?? null,
        });
        session.print(rows, () => listing(rows));
      }),
    );
}

function listing(rows: readonly RunRow[]): string {
  if (rows.length === 0) return 'No runs. Train one with: pretext run config.yaml\n';
  return table(
    ['id', 'name', 'status', 'method', 'data set', 'seed', 'epochs', 'loss', 'kNN'],
    rows.map((row) => [
      row.id, row.name, row.status, row.method, row.datasetName, String(row.seed), readable(row.progress?.epoch ?? null),
      readable(row.metrics['loss']?.last ?? null), readable(row.metrics['knn']?.last ?? null),
    ]), // prettier-ignore
  );
}

function addShow(runs: Command, work: Work): void {
  runs
    .command('show <run>')
    .description('show one run: state, results, cost, provenance, the end of its log')
    .action((text: string, _options: unknown, command: Command) =>
      work(command, async (session) => {
        const detail = await session.ask('runs.get', { id: await runIdOf(session, text) });
        session.print(detail, () => details(detail));
      }),
    );
}

function details(run: RunDetail): string {
  const metrics = Object.entries(run.metrics).map(([metric, { last, min, max, count }]) => [
    metric,
    readable(last),
    readable(min),
    readable(max),
    readable(count),
  ]);
  return [
    `${run.id}  ${run.name}: ${run.status}${run.reason === null ? '' : `: ${run.reason}`}\n`,
    `${run.method} on ${run.datasetName}, ${run.encoder}, seed ${run.seed}, config ${run.configHash.slice(0, 12)}\n`,
    ...run.alarms.map((alarm) => `alarm: epoch ${alarm.epoch}: ${alarm.message}\n`),
    run.results === null
      ? ''
      : `kNN ${readable(run.results.knnAccuracy)}, linear probe ${readable(run.results.linearAccuracy)}, untrained kNN ${readable(run.results.untrainedKnnAccuracy)}, raw input ${readable(run.results.rawPixelKnnAccuracy)}\n`,
    run.cost === null
      ? ''
      : `${readable(run.cost.samplesSeen)} samples seen, ${readable(run.cost.flops)} FLOP, ${readable(run.cost.deviceSeconds)} s on ${run.cost.device}\n`,
    metrics.length === 0 ? '' : table(['metric', 'last', 'min', 'max', 'points'], metrics),
    ...run.checkpoints.map(
      (checkpoint) =>
        `checkpoint ${checkpoint.digest.slice(0, 12)}: epoch ${checkpoint.epoch}, step ${checkpoint.step}, ${checkpoint.kind}\n`,
    ),
    ...run.logTail.slice(-20).map((line) => `${line.time} ${line.level}: ${line.text}\n`),
  ].join('');
}

function addPoints(runs: Command, work: Work): void {
  runs
    .command('points <run>')
    .description('print the points of one metric, or its min/max buckets where there are more')
    .requiredOption('--metric <name>', 'name of the metric')
    .option('--buckets <n>', 'at most so many rows', wholeOf, 1000)
    .action((text: string, options: { metric: string; buckets: number }, command: Command) =>
      work(command, async (session) => {
        const run = await runIdOf(session, text);
        const [series] = await session.ask('runs.series', {
          runs: [run],
          metrics: [options.metric],
          buckets: options.buckets,
        });
        if (!series) throw await unknownMetric(session, run, options.metric);
        session.print(series, () =>
          table(
            ['step', 'epoch', 'seconds', 'mean', 'min', 'max'],
            Array.from(series.step, (step, at) =>
              [step, series.epoch[at], series.time[at], series.mean[at], series.min[at], series.max[at]].map(
                (value) => readable(value ?? null),
              ),
            ),
          ),
        );
      }),
    );
}

async function unknownMetric(session: Session, run: string, metric: string): Promise<AppError> {
  const known = await session.ask('runs.metrics', { id: run });
  const close = nearest(metric, known);
  const hint = close === null ? `It has ${known.join(', ') || 'none yet'}.` : `Did you mean ${close}?`;
  return new AppError({ code: 'notFound', message: `Run ${run} has no points of ${metric}.`, hint });
}

function addVerbs(runs: Command, work: Work): void {
  const verb = (
    name: string,
    description: string,
    act: (session: Session, ids: string[]) => Promise<void>,
    needs: Needs = {},
  ): void => {
    runs
      .command(`${name} <run...>`)
      .description(description)
      .action((texts: readonly string[], _options: unknown, command: Command) =>
        work(
          command,
          async (session) => act(session, await Promise.all(texts.map((text) => runIdOf(session, text)))),
          needs,
        ),
      );
  };
  const told = (session: Session, ids: readonly string[], done: string): void =>
    session.print({ runs: ids }, () => `${ids.join(', ')}: ${done}\n`);
  verb('pause', 'pause runs', async (session, ids) => {
    await session.ask('runs.pause', { ids });
    told(session, ids, 'paused');
  });
  verb(
    'resume',
    'go on with runs from their last checkpoints, and wait for the end',
    async (session, ids) => {
      await goOn(session, ids);
      await reportRuns(session, await session.finishRuns(ids));
    },
    { trains: true },
  );
  verb('stop', 'end training now and keep the work', async (session, ids) => {
    await session.ask('runs.stop', { ids });
    told(session, ids, 'stopped');
  });
  verb('rm', 'delete runs for good, with artefacts that nothing else uses', async (session, ids) => {
    await session.ask('runs.archive', { ids, archived: true });
    await session.ask('runs.purge', { ids });
    told(session, ids, 'deleted');
  });
}

interface ExportFlags {
  readonly out?: string;
  readonly what: 'bundle' | 'points' | 'predictions' | 'representations';
  readonly format?: 'parquet' | 'npy' | 'csv' | 'zip';
  readonly includeSensitive?: boolean;
}

const FORMATS = { bundle: 'zip', points: 'parquet', predictions: 'parquet', representations: 'npy' } as const;

function addExport(runs: Command, work: Work): void {
  runs
    .command('export <run>')
    .description('write a run as one file')
    .option('--out <file>', 'where to write; the name is chosen if left out')
    .addOption(new Option('--what <what>', 'what to write').choices(Object.keys(FORMATS)).default('bundle'))
    .addOption(
      new Option('--format <format>', 'file format; the usual one if left out').choices([
        'parquet',
        'npy',
        'csv',
        'zip',
      ]),
    )
    .option('--include-sensitive', 'keep sensitive columns and subject ids')
    .action((text: string, flags: ExportFlags, command: Command) =>
      work(command, async (session) => {
        const { what, format = FORMATS[what], includeSensitive = false } = flags;
        const id = await runIdOf(session, text);
        await saveFile(
          session,
          await session.ask('runs.export', { id, what, format, includeSensitive }),
          flags.out,
        );
      }),
    );
  runs
    .command('import <file>')
    .description('import a run bundle')
    .action((file: string, _options: unknown, command: Command) =>
      work(command, async (session) => {
        const run = await session.ask('runs.import', { path: resolve(file) });
        session.print({ run }, () => `${run}\n`);
      }),
    );
}
