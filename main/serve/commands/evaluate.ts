import type { Command } from 'commander';
import type { Evaluation, EvaluationFinding } from '../../../preload/contract/vocabulary.ts';
import type { Work } from '../commandLine.ts';
import type { Session } from '../session.ts';
import { readable, table } from '../terminal.ts';
import { fractionsOf, numberOf, runIdOf, seedsOf, wholeOf } from './options.ts';

interface EvaluateFlags {
  readonly k?: number;
  readonly tau?: number;
  readonly labels?: readonly number[];
  readonly clusters?: number;
  readonly recall?: readonly number[];
  readonly seed?: number;
  readonly list?: boolean;
}

/** `pretext evaluate <run>`: everything that is measured of a frozen representation, overall, by class and by group. */
export function addEvaluate(program: Command, work: Work): void {
  program
    .command('evaluate <run>')
    .description(
      'measure a run’s frozen representation: kNN, linear and few-label probes, clusters, retrieval',
    )
    .option('--k <number>', 'neighbours that vote; the run’s own if left out', wholeOf)
    .option('--tau <number>', 'temperature of the votes; the run’s own if left out', numberOf)
    .option('--labels <shares>', 'shares of few-label probes, such as 0.01,0.1', fractionsOf)
    .option('--clusters <number>', 'clusters of k-means; as many as classes if left out', wholeOf)
    .option('--recall <numbers>', 'at how many neighbours recall is taken, such as 1,5,10', seedsOf)
    .option('--seed <seed>', 'of the labels drawn, the probes and the clusters', wholeOf)
    .option('--list', 'print what was measured before, measuring nothing')
    .action((run: string, flags: EvaluateFlags, command: Command) =>
      work(command, (session) => evaluate(session, run, flags)),
    );
}

async function evaluate(session: Session, text: string, flags: EvaluateFlags): Promise<void> {
  const run = await runIdOf(session, text);
  if (flags.list === true) {
    const all = await session.ask('evaluations.list', { run });
    return session.print({ run, evaluations: all }, () => all.map(words).join('\n'));
  }
  const job = await session.ask('evaluations.create', {
    run,
    k: flags.k ?? null,
    temperature: flags.tau ?? null,
    ...(flags.labels ? { fractions: [...flags.labels] } : {}),
    ...(flags.clusters === undefined ? {} : { clusters: flags.clusters }),
    ...(flags.recall ? { recallAt: [...flags.recall] } : {}),
    ...(flags.seed === undefined ? {} : { seed: flags.seed }),
  });
  const digest = await session.finishJob(job);
  const made = (await session.ask('evaluations.list', { run })).find((row) => row.digest === digest);
  if (made) session.print(made, () => words(made));
}

function words({ findings, samples, trainSamples, dimension, created }: Evaluation): string {
  const head = ['measure', 'target', 'overall', 'lowest class', 'lowest group', ''];
  return (
    `${created}: ${samples} validation samples, ${trainSamples} to learn from, ${dimension} dimensions\n` +
    table(head, findings.map(cells))
  );
}

function cells({
  evaluation,
  metric,
  target,
  overall,
  byClass,
  byGroup,
  settings,
}: EvaluationFinding): string[] {
  const lowest = (
    rows: readonly { readonly label: string; readonly n: number; readonly value: number | null }[],
  ): string => {
    const known = rows.flatMap(({ label, n, value }) =>
      value === null || n === 0 ? [] : [{ label, value }],
    );
    const least = known.toSorted((a, b) => a.value - b.value)[0];
    return least ? `${least.label} ${readable(least.value)}` : '–';
  };
  return [
    `${evaluation} ${metric}`,
    target,
    readable(overall),
    lowest(byClass.map((row) => ({ ...row, label: row.class }))),
    lowest(byGroup.map((row) => ({ ...row, label: `${row.feature}=${row.group}` }))),
    Object.entries(settings).map(([name, value]) => `${name} ${readable(value)}`).join(', '),
  ]; // prettier-ignore
}
