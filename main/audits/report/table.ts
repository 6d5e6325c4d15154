import { markup } from './markup.ts';
import type { Markup, Piece } from './markup.ts';

/** A table of a report; the first cell of a row names it. */
export interface ReportTable {
  readonly caption: string;
  /** Said after the caption in a quieter voice. */
  readonly aside?: string;
  readonly columns: readonly { readonly title: string; readonly numeric?: boolean }[];
  readonly rows: readonly (readonly Piece[])[];
}

/** An accessible table: caption, column and row headers; it scrolls by keyboard where it is wider than the page. */
export function table({ caption, aside, columns, rows }: ReportTable): Markup {
  const head = columns.map(
    ({ title, numeric }) => markup`<th scope="col"${numeric === true && markup` class="n"`}>${title}</th>`,
  );
  const body = rows.map(
    (row) => markup`<tr>${row.map((cell, at) => cellOf(cell, at, columns[at]?.numeric === true))}</tr>`,
  );
  return markup`<div class="scroll" tabindex="0" role="region" aria-label="${aside === undefined ? caption : `${caption}, ${aside}`}"><table><caption>${caption}${aside !== undefined && markup` <span>${aside}</span>`}</caption><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table></div> `;
}

function cellOf(cell: Piece, at: number, numeric: boolean): Markup {
  const css = numeric && markup` class="n"`;
  return at === 0 ? markup`<th scope="row"${css}>${cell}</th>` : markup`<td${css}>${cell}</td>`;
}

/** Names and values beside each other; empty values are left out. */
export function facts(entries: readonly (readonly [string, Piece])[]): Markup {
  const kept = entries.filter(([, value]) => value !== null && value !== '' && value !== false);
  return markup`<dl>${kept.map(([name, value]) => markup`<dt>${name}</dt><dd>${value}</dd>`)}</dl>`;
}

/** What a section says that has no evidence. */
export function notAssessed(what: string): Markup {
  return markup`<p class="quiet">Not assessed: ${what}</p>`;
}
