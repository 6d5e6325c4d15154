/** A piece of HTML that is safe to put into a page. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** What a template may hold: text is escaped, markup is not; null and false are nothing. */
export type Piece = Markup | string | number | null | false | readonly Piece[];

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** HTML from a template; every inserted text is escaped, also inside quoted attributes. */
export function markup(strings: TemplateStringsArray, ...pieces: readonly Piece[]): Markup {
  const parts = strings.map((text, at) => text + (at < pieces.length ? textOf(pieces[at] ?? null) : ''));
  return new Markup(parts.join(''));
}

function textOf(piece: Piece): string {
  if (piece === null || piece === false) return '';
  if (piece instanceof Markup) return piece.text;
  if (typeof piece === 'object') return piece.map(textOf).join('');
  return escapeHtml(String(piece));
}

/** Text with the five characters of HTML escaped; control characters that no document may hold become U+FFFD. */
export function escapeHtml(text: string): string {
  return text
    .replace(/\p{Cc}/gu, (character) => ('\n\t\r'.includes(character) ? character : '\ufffd'))
    .replace(/[&<>"']/g, (character) => ESCAPES[character] ?? '');
}
