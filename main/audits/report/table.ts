import { markup } from './markup.ts';
import type { Markup, Piece } from './markup.ts';

/** A table of a report; the first cell of a row names it. */
export interface ReportTable {
  readonly caption: string;
  /** Said after the caption in a quieter voice. */
  readonly aside?: string;
  readonly columns: readonly { readonly title: Piece; readonly numeric?: boolean }[];
  readonly rows: readonly (readonly Piece[])[];
  /** So many rows each are about the same, which their first cell names once; 1 if left out. */
  readonly together?: number;
}

/** An accessible table: caption, column and row headers; it scrolls by keyboard where it is wider than the page. */
export function table({ caption, aside, columns, rows, together = 1 }: ReportTable): Markup {
  const head = columns.map(
    ({ title, numeric }) => markup`<th scope="col"${numeric === true && markup` class="n"`}>${title}</th>`,
  );
  const body = rows.map((row, index) => {
    const cells = row.map((cell, at) => cellOf(cell, at, columns[at]?.numeric === true));
    if (together === 1) return markup`<tr>${cells}</tr>`;
    const first = index % together === 0;
    const name = first && markup`<th scope="rowgroup" rowspan="${together}">${row[0] ?? ''}</th>`;
    return markup`${first && index > 0 && markup`</tbody><tbody>`}<tr>${name}${cells.slice(1)}</tr>`;
  });
  return markup`<div class="scroll" tabindex="0" role="group" aria-label="${aside === undefined ? caption : `${caption}, ${aside}`}"><table><caption>${caption}${aside !== undefined && markup` <span>${aside}</span>`}</caption><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table></div> `;
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
