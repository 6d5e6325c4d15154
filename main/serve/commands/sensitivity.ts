import { readFile } from 'node:fs/promises';
import { type Command, InvalidArgumentError } from 'commander';
import { AppError } from '../../../preload/contract/errors.ts';
import type { SensitivityReport, SensitivitySlope } from '../../../preload/contract/vocabulary.ts';
import { withSettings } from '../../core/configText.ts';
import type { Work } from '../commandLine.ts';
import type { Session } from '../session.ts';
import { readable, table } from '../terminal.ts';
import { collected, failIfAny, numbersOf, seedsOf, writeOut } from './options.ts';

interface SensitivityFlags {
  readonly knob: string;
  readonly levels?: readonly number[];
  readonly seeds?: readonly number[];
  readonly set: readonly string[];
  readonly experiment?: string;
  readonly measure: 'knn' | 'linear';
  readonly csv?: string;
  readonly purpose?: string;
  readonly override?: string;
}

/** `pretext sensitivity`: how accuracy by class and by group depends on one setting of a view. */
export function addSensitivity(program: Command, work: Work): void {
  program
    .command('sensitivity [config]')
    .description('train one setting at several levels and seeds, and print slopes by class and by group')
    .requiredOption('--knob <path>', 'the setting, such as views.resizedCrop.params.scale.0')
    .option('--levels <numbers>', 'at least five, with commas between them', numbersOf)
    .option('--seeds <seeds>', 'at least three, such as 1,2,3', seedsOf)
    .option('--set <key=value>', 'change the config besides; may be repeated', collected, [])
    .option('--experiment <id>', 'experiment of the runs; without a config, print what it has')
    .option('--measure <knn|linear>', 'accuracy of which probe', measureOf, 'knn')
    .option('--csv <file>', 'also write the slopes and every measurement there')
    .option('--purpose <purpose>', 'what it is for; what the data card says if left out')
    .option('--override <reason>', 'run although consent does not cover the purpose; the reason is recorded')
    .action((config: string | undefined, flags: SensitivityFlags, command: Command) =>
      work(command, (session) => sensitivity(session, config, flags), { trains: config !== undefined }),
    );
}

function measureOf(text: string): 'knn' | 'linear' {
  if (text === 'knn' || text === 'linear') return text;
  throw new InvalidArgumentError('It must be knn or linear.');
}

async function sensitivity(
  session: Session,
  file: string | undefined,
  flags: SensitivityFlags,
): Promise<void> {
  const { knob, measure } = flags;
  if (file === undefined) {
    if (flags.experiment === undefined) throw usage('Name a config, or an experiment that was swept.');
    return printReport(session, { experiment: flags.experiment, knob, measure }, flags.csv);
  }
  if (!flags.levels || !flags.seeds) throw usage('A sweep needs --levels and --seeds.');
  const { experiment, runs } = await session.ask('sensitivity.launch', {
    config: withSettings(await textOf(file), flags.set),
    knob,
    levels: [...flags.levels],
    seeds: [...flags.seeds],
    experiment: flags.experiment ?? null,
    purpose: flags.purpose ?? null,
    override: flags.override ?? null,
  });
  const ended = await session.finishRuns(runs);
  await printReport(session, { experiment, knob, measure }, flags.csv);
  failIfAny(ended);
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw usage(
      `The config ${file} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}.`,
    );
  }
}

function usage(message: string): AppError {
  return new AppError({
    code: 'usage',
    message,
    hint: 'pretext sensitivity config.yaml --knob views.resizedCrop.params.scale.0 --levels .08,.2,.4,.6,.8 --seeds 1,2,3',
  });
}

type Asked = Pick<SensitivityReport, 'experiment' | 'knob' | 'measure'>;

async function printReport(session: Session, asked: Asked, csv: string | undefined): Promise<void> {
  const report = await session.ask('sensitivity.report', asked);
  if (csv !== undefined) {
    await writeOut(csv, (await session.ask('sensitivity.export', asked)).data);
    session.say(`Slopes and measurements are in ${csv}.`);
  }
  session.print(report, () => words(report));
}

function words({
  knob,
  measure,
  levels,
  seeds,
  slopes,
  notes,
  experiment,
  missing,
}: SensitivityReport): string {
  const head = ['', 'slope', '95% interval', 'p (Holm)', 'p (BH)', 'rho', 'opposed'];
  const lines = [
    `${measure} accuracy per unit of ${knob}; levels ${levels.join(', ')}; seeds ${seeds.join(', ')}; experiment ${experiment}`,
    table(head, slopes.map(cells)),
    ...missing.map(
      ({ run, status, reason }) => `Left out: ${run} ${status}${reason === null ? '' : `, ${reason}`}`,
    ),
    ...notes,
  ];
  return `${lines.join('\n')}\n`;
}

function cells({
  kind,
  feature,
  name,
  slope,
  low,
  high,
  pHolm,
  pBenjaminiHochberg,
  rho,
  opposed,
}: SensitivitySlope) {
  const title = kind === 'overall' ? name : kind === 'class' ? `class ${name}` : `${feature ?? ''} ${name}`;
  const range = low === null || high === null ? '–' : `${readable(low)} to ${readable(high)}`;
  return [title, readable(slope), range, readable(pHolm), readable(pBenjaminiHochberg), readable(rho), opposed ? 'yes' : '']; // prettier-ignore
}
