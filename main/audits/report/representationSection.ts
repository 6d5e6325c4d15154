import type { RepresentationAudit } from '../../../preload/contract/vocabulary.ts';
import { representationTables } from '../representation/tables.ts';
import { fold } from './fold.ts';
import { markup } from './markup.ts';
import type { Markup } from './markup.ts';
import { table } from './table.ts';

/** What the encoders hold of groups: the newest audit of the representations of all audited runs, table by table. */
export function representationSection(audit: RepresentationAudit): Markup {
  const { name, id, created, datasetName, options, rows, rowsInSplit, subjects } = audit;
  return markup`<p>${name} (${id}, ${created}): ${rows} of ${rowsInSplit} rows of the ${options.split} split of ${datasetName}, ${subjects} subjects.</p>${representationTables(
    audit,
  ).map(({ title, aside, columns, rows: cells }) =>
    fold({ title, aside, level: 3, content: table({ caption: title, aside, columns, rows: cells }) }),
  )}${fold({
    title: 'Rules and notes of this part',
    level: 3,
    content: markup`<ul>${[...audit.rules, ...audit.notes].map((words) => markup`<li>${words}</li>`)}</ul>`,
  })}`;
}
