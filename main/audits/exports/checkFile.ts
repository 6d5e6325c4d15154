import type { DatasetCheck, ExportedFile } from '../../../preload/contract/vocabulary.ts';
import { csvText } from '../formats/csvText.ts';
import { fileStem } from '../reportFormats.ts';

/** How a check is written. */
export type CheckFormat = 'json' | 'csv' | 'markdown';

const COLUMNS = [
  'severity',
  'kind',
  'about',
  'measure',
  'value',
  'low',
  'high',
  'finding',
  'advice',
] as const;

/** A check of a data set as a file. */
export function checkFile(name: string, check: DatasetCheck, format: CheckFormat): ExportedFile {
  const [extension, mediaType, text] = WRITERS[format](name, check);
  return {
    fileName: `${fileStem(name)}-check.${extension}`,
    mediaType,
    data: new TextEncoder().encode(text),
    said: check.notAssessed.filter((one) => / are left out: /.test(one)),
  };
}

const WRITERS: Readonly<Record<CheckFormat, (name: string, check: DatasetCheck) => readonly [string, string, string]>> = {
  json: (_, check) => ['json', 'application/json', `${JSON.stringify(check, null, 2)}\n`],
  csv: (_, { findings }) => ['csv', 'text/csv; charset=utf-8', csvText([COLUMNS, ...findings.map((one) => COLUMNS.map((column) => one[column]))])],
  markdown: (name, check) => ['md', 'text/markdown; charset=utf-8', markdown(name, check)],
}; // prettier-ignore

function markdown(name: string, { created, rows, target, findings, notAssessed }: DatasetCheck): string {
  const line = (cells: readonly (string | number | null)[]): string => `| ${cells.map((cell) => plain(String(cell ?? ''))).join(' | ')} |`; // prettier-ignore
  return [
    `# Check of ${plain(name)}`,
    `Checked ${created}: ${rows} rows, label ${plain(target)}.`,
    [
      line(COLUMNS),
      `|${COLUMNS.map(() => ' --- |').join('')}`,
      ...findings.map((one) => line(COLUMNS.map((column) => one[column]))),
    ].join('\n'),
    ...notAssessed.map((what) => `- ${plain(what)}`),
    '',
  ].join('\n\n');
}

function plain(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/[\\`*_[\]|~#<>&]/g, '\\$&');
}
