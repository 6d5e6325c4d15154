import { markup } from './markup.ts';
import type { Markup, Piece } from './markup.ts';

/** Something that can be opened: its heading, what is said beside it, and whether it is open at first. Paper shows all of it. */
export interface Fold {
  readonly title: string;
  readonly aside?: string;
  readonly level: 2 | 3 | 4;
  /** Id of the content: a link to it opens it. */
  readonly id?: string;
  readonly open?: boolean;
  readonly content: Piece;
}

/** A heading that opens and closes what belongs to it, without a script. */
export function fold({ title, aside, level, id, open, content }: Fold): Markup {
  const said = aside !== undefined && aside !== '' && markup` <span class="muted">${aside}</span>`;
  return markup`<details class="l${level}"${open === true && markup` open`}><summary>${heading(level, title)}${said}</summary><div class="body"${id !== undefined && markup` id="${id}"`}>${content}</div></details>
`;
}

function heading(level: Fold['level'], title: string): Markup {
  if (level === 2) return markup`<h2>${title}</h2>`;
  return level === 3 ? markup`<h3>${title}</h3>` : markup`<h4>${title}</h4>`;
}
