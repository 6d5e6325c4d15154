import { Option, type Command } from 'commander';
import { AppError } from '../../../preload/contract/errors.ts';
import type { CheckFinding, DatasetCheck } from '../../../preload/contract/vocabulary.ts';
import type { Work } from '../commandLine.ts';
import { readable, table } from '../terminal.ts';
import { collected, leastOf, saveFile } from './options.ts';

/** `pretext dataset check <dataset>`: what an assessment of fairness needs of the data, and what of it is missing. */
export function addCheck(dataset: Command, work: Work): void {
  dataset
    .command('check <dataset>')
    .description(
      'check groups, support, missing values, label rates, proxies, confounders, duplicates, sizes, texts and labels',
    )
    .option(
      '--reference <feature:value=share>',
      'share of a group in the population, such as sex:Female=0.51 or sex,race:Female,Black=0.06; may be repeated',
      collected,
      [],
    )
    .addOption(
      new Option('--export <format>', 'write the newest check to a file').choices([
        'json',
        'csv',
        'markdown',
      ]),
    )
    .option('--out <file>', 'where to write it')
    .option('--small-cells <n|show>', 'least count that is shown in the file; 10 if left out', leastOf)
    .action((id: string, options: CheckFlags, command: Command) =>
      work(command, async (session) => {
        if (options.export !== undefined) {
          const { export: format, smallCells = null, out } = options;
          return saveFile(
            session,
            await session.ask('datasets.exportCheck', { id, format, smallCells }),
            out,
          );
        }
        const reference = referenceOf(options.reference);
        const dataset = await session.finishJob(await session.ask('datasets.check', { id, reference }));
        const [check] = await session.ask('datasets.checks', { id: dataset });
        if (check) session.print(check, () => checkWords(check));
      }),
    );
}

interface CheckFlags {
  readonly reference: readonly string[];
  readonly export?: 'json' | 'csv' | 'markdown';
  readonly out?: string;
  readonly smallCells?: number;
}

function referenceOf(texts: readonly string[]): Record<string, Record<string, number>> {
  const reference: Record<string, Record<string, number>> = {};
  for (const text of texts) {
    const [, feature, value, share] = /^([^:]+):(.+)=(0?\.\d+|[01])$/.exec(text) ?? [];
    if (feature === undefined || value === undefined)
      throw new AppError({
        code: 'usage',
        message: `${JSON.stringify(text)} is not feature:value=share.`,
        hint: 'Write for example --reference sex:Female=0.51.',
      });
    reference[feature] = { ...reference[feature], [value]: Number(share) };
  }
  return reference;
}

function checkWords({ created, rows, findings, notAssessed }: DatasetCheck): string {
  return [
    `checked ${created}: ${readable(rows)} rows\n`,
    table(['severity', 'what', 'about', 'measure', 'value', '95% interval'], findings.map(cells)),
    ...[...new Set(findings.filter(({ advice }) => advice !== '').map(({ advice }) => advice))].map((advice) => `→ ${advice}\n`), // prettier-ignore
    ...notAssessed.map((what) => `not assessed: ${what}\n`),
  ].join('');
}

function cells({ severity, kind, about, measure, value, low, high }: CheckFinding): string[] {
  const interval = low === null || high === null ? '' : `${low.toFixed(4)} to ${high.toFixed(4)}`;
  const number = value === null ? 'undefined' : Number.isInteger(value) ? readable(value) : value.toFixed(4);
  return [severity, kind, about, measure, number, interval];
}
