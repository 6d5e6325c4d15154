import type { ExportedFile, RepresentationAudit } from '../../../preload/contract/vocabulary.ts';
import { fileStem } from '../reportFormats.ts';
import { markup, Markup } from '../report/markup.ts';
import { STYLES } from '../report/styles.ts';
import { table } from '../report/table.ts';
import { representationTables } from './tables.ts';

/** How an audit of representations is written down. */
export type RepresentationFormat = 'json' | 'html' | 'markdown';

const MEDIA: Readonly<Record<RepresentationFormat, readonly [extension: string, mediaType: string]>> = {
  json: ['json', 'application/json'],
  html: ['html', 'text/html; charset=utf-8'],
  markdown: ['md', 'text/markdown; charset=utf-8'],
};

/** An audit as a file; `forOutside` says what of it may leave the workspace. */
export function exportRepresentations(
  audit: RepresentationAudit,
  format: RepresentationFormat,
  version: string,
): ExportedFile {
  const [extension, mediaType] = MEDIA[format];
  const text =
    format === 'json'
      ? `${JSON.stringify({ ...audit, version }, null, 2)}\n`
      : format === 'html'
        ? page(audit, version).text
        : document(audit, version);
  return {
    fileName: `${fileStem(audit.name)}-${audit.id}.${extension}`,
    mediaType,
    data: new TextEncoder().encode(text),
  };
}

const POLICY = new Markup(
  "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'",
);

function page(audit: RepresentationAudit, version: string): Markup {
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${audit.name} · audit of representations</title>
<style>${new Markup(STYLES)}</style>
</head>
<body>
<header><h1>${audit.name}</h1>
<p class="muted">${opening(audit)}</p></header>
<main>
${representationTables(audit).map(
  (one) => markup`<section>${table({ ...one, caption: one.title })}</section>
`,
)}<section><h2>Rules of the statistics</h2><ul>${audit.rules.map((rule) => markup`<li>${rule}</li>`)}</ul></section>
<section><h2>Notes</h2>${audit.notes.length === 0 ? markup`<p>None.</p>` : markup`<ul>${audit.notes.map((note) => markup`<li>${note}</li>`)}</ul>`}</section>
<section><h2>Digests</h2><ul>${hashesOf(audit).map((words) => markup`<li>${words}</li>`)}</ul></section>
</main>
<footer><p>${audit.id} · ${audit.created} · Pretext ${version}</p></footer>
</body>
</html>
`;
}

function document(audit: RepresentationAudit, version: string): string {
  return [
    `# ${plain(audit.name)}`,
    plain(opening(audit)),
    ...representationTables(audit).flatMap(({ title, aside, columns, rows }) => [
      `## ${plain(title)}`,
      plain(aside),
      [
        line(columns.map((column) => column.title)),
        `|${columns.map(() => ' --- |').join('')}`,
        ...rows.map(line),
      ].join('\n'),
    ]),
    '## Rules of the statistics',
    bullets(audit.rules),
    '## Notes',
    bullets(audit.notes),
    '## Digests',
    bullets(hashesOf(audit)),
    `${audit.id}, ${audit.created}, Pretext ${version}`,
    '',
  ].join('\n\n');
}

function opening({
  rows,
  rowsInSplit,
  subjects,
  datasetName,
  features,
  models,
}: RepresentationAudit): string {
  const names = models.map(({ name }) => name).join(', ');
  return `Representations of ${names} on ${rows} of ${rowsInSplit} rows of ${datasetName} (${subjects} subjects), by ${features.join(', ')}. Evidence, not a verdict.`;
}

function hashesOf({ hashes }: RepresentationAudit): readonly string[] {
  return Object.entries(hashes).map(([name, digest]) => `SHA-256 of ${name}: ${digest}`);
}

function line(cells: readonly string[]): string {
  return `| ${cells.map(plain).join(' | ')} |`;
}

function bullets(items: readonly string[]): string {
  return items.length === 0 ? 'None.' : items.map((item) => `- ${plain(item)}`).join('\n');
}

/** Text that Markdown and the HTML in it take literally. */
function plain(value: string): string {
  return value
    .replace(/\s+/g, ' ')
    .replace(/[\\`*_[\]|~#]/g, '\\$&')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}
