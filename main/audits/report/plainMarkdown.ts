import type { Markup } from './markup.ts';

const TOKEN = /<(\/?)([a-z0-9]+)((?:"[^"]*"|[^">])*)>|([^<]+)/g;
const ENTITIES: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
};

/** Text that Markdown and the HTML in it take literally. */
export function plain(value: string): string {
  return value
    .replace(/\s+/g, ' ')
    .replace(/[\\`*_[\]|~#]/g, '\\$&')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}

/** A table of texts; `None.` without rows. */
export function grid(header: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return 'None.';
  const line = (cells: readonly string[]): string => `| ${cells.map(plain).join(' | ')} |`;
  return [line(header), `|${header.map(() => ' --- |').join('')}`, ...rows.map(line)].join('\n');
}

/** A list of texts. */
export function bullets(items: readonly string[]): string {
  return items.length === 0 ? 'None.' : items.map((item) => `- ${plain(item)}`).join('\n');
}

/** The same content as Markdown; charts are left out, for their numbers stand in the tables beside them. */
export function markdownOf({ text }: Markup): string {
  const writer = new Writer();
  for (const [, slash, name = '', , words] of text.matchAll(TOKEN)) {
    if (words !== undefined)
      writer.words(words.replace(/&(amp|lt|gt|quot|#39);/g, (one) => ENTITIES[one] ?? ''));
    else if (slash === '/') writer.close(name);
    else writer.open(name);
  }
  return writer.blocks.join('\n\n');
}

/** Turns the elements that reports are made of into blocks of Markdown. */
class Writer {
  readonly blocks: string[] = [];
  private said = '';
  private drawing = 0;
  private name = '';
  private facts: string[] = [];
  private items: string[] = [];
  private cells: string[] = [];
  private rows: string[][] = [];

  words(text: string): void {
    if (this.drawing === 0) this.said += text;
  }

  open(name: string): void {
    if (name === 'svg') this.drawing++;
    if (['p', 'li', 'dt', 'dd', 'th', 'td', 'caption', 'h3', 'h4', 'pre', 'figcaption'].includes(name))
      this.said = '';
  }

  close(name: string): void {
    if (name === 'svg') this.drawing--;
    const said = this.said.replace(/\s+/g, ' ').trim();
    switch (name) {
      case 'p':
      case 'figcaption':
        return this.add(plain(said));
      case 'h3':
        return this.add(`### ${plain(said)}`);
      case 'h4':
        return this.add(`#### ${plain(said)}`);
      case 'caption':
        return this.add(`**${plain(said)}**`);
      case 'pre':
        return this.add(fenced(this.said));
      case 'dt':
        this.name = said;
        return;
      case 'dd':
        this.facts.push(`- ${plain(this.name)}: ${plain(said)}`);
        return;
      case 'dl':
        this.add(this.facts.splice(0).join('\n'));
        return;
      case 'li':
        this.items.push(said);
        return;
      case 'ul':
        return this.add(bullets(this.items.splice(0)));
      case 'th':
      case 'td':
        this.cells.push(said);
        return;
      case 'tr':
        this.rows.push(this.cells.splice(0));
        return;
      case 'table':
        return this.table(this.rows.splice(0));
      default:
    }
  }

  private add(block: string): void {
    this.said = '';
    if (block.trim() !== '') this.blocks.push(block);
  }

  /** Columns of charts are empty, and left out. */
  private table([head = [], ...rows]: string[][]): void {
    const kept = head.flatMap((title, at) => (rows.length > 0 && title === 'Chart' && rows.every((row) => row[at] === '') ? [] : [at])); // prettier-ignore
    const pick = (row: readonly string[]): string[] => kept.map((at) => row[at] ?? '');
    this.add(grid(pick(head), rows.map(pick)));
  }
}

/** A fence longer than any run of backticks inside. */
function fenced(text: string): string {
  const runs = text.match(/`+/g) ?? [];
  const fence = '`'.repeat(Math.max(3, ...runs.map((run) => run.length + 1)));
  return `${fence}\n${text.trimEnd()}\n${fence}`;
}
