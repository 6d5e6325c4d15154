import { CARD_SECTIONS } from '../../preload/contract/vocabulary.ts';
import type { DatasetCard } from '../../preload/contract/vocabulary.ts';
import { invalidData } from './source.ts';

const HEADING = /^## +(.+?) *#*$/;
/** Lines of a text that would be headings, and those that were written so that they are none. */
const LIKE_HEADING = /^(\\*)(#{1,2} )/;
/** An entry longer than this is no entry of a card. */
const MAX_ENTRY = 20_000;

/** A card as Markdown: a heading per entry, empty entries too, so that it can be filled in elsewhere and read back. */
export function cardToMarkdown(name: string, card: DatasetCard): string {
  const sections = CARD_SECTIONS.map(({ key, title }) =>
    `## ${title}\n\n${escaped(card[key] ?? '')}`.trimEnd(),
  );
  return `# ${name.replace(/\s+/g, ' ')}\n\n${sections.join('\n\n')}\n`;
}

/**
 * The entries of a card in Markdown; those that it lacks are left out. What precedes the first heading of an entry is ignored.
 * @throws AppError invalidData naming a heading that no card has, or that appears twice
 */
export function cardFromMarkdown(text: string): Partial<DatasetCard> {
  const entries = new Map<keyof DatasetCard, string[]>();
  let current: string[] | null = null;
  for (const line of text.replace(/^\uFEFF/, '').split(/\r?\n/)) {
    const title = HEADING.exec(line)?.[1];
    if (title === undefined) current?.push(line.replace(LIKE_HEADING, unescapedLine));
    else {
      const key = keyOf(title);
      if (entries.has(key))
        throw invalidData(`The card has the heading ${JSON.stringify(title)} twice.`, 'Keep one.');
      entries.set(key, (current = []));
    }
  }
  if (entries.size === 0) throw invalidData('The text has no heading of a data card.', known());
  return Object.fromEntries([...entries].map(([key, lines]) => [key, checked(key, lines.join('\n').trim())]));
}

function escaped(text: string): string {
  return text
    .trim()
    .split('\n')
    .map((line) => line.replace(LIKE_HEADING, '\\$1$2'))
    .join('\n');
}

function unescapedLine(_line: string, slashes: string, hashes: string): string {
  return slashes.slice(1) + hashes;
}

function keyOf(title: string): keyof DatasetCard {
  const section = CARD_SECTIONS.find((one) => one.title.toLowerCase() === title.toLowerCase());
  if (section) return section.key;
  throw invalidData(`A data card has no entry ${JSON.stringify(title)}.`, known());
}

function known(): string {
  return `Its headings are ${CARD_SECTIONS.map(({ title }) => `## ${title}`).join(', ')}.`;
}

function checked(key: keyof DatasetCard, text: string): string {
  if (text.length <= MAX_ENTRY) return text;
  throw invalidData(
    `The entry ${key} has ${text.length} characters; at most ${MAX_ENTRY} are kept.`,
    'Shorten it.',
  );
}
