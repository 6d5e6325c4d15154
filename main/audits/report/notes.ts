import { AppError } from '../../../preload/contract/errors.ts';
import type { AuditId } from '../../../preload/contract/vocabulary.ts';
import { nearest } from '../../core/nearest.ts';
import { SECTIONS } from './sections.ts';

/** Longest note of a section, in characters. */
const LONGEST = 20_000;
const MARKER = /<!-- (audit: (?<audit>\S+)|notes: (?<begin>\S+)|(?<end>end of notes)) -->/g;

/** Says in a Markdown report which audit it is of. */
export function auditMarker(audit: AuditId): string {
  return `<!-- audit: ${audit.replace(/[^\w-]/g, '')} -->`;
}

/** The place in a Markdown report between whose marks people write; what stands there comes back. */
export function notesBlock(section: string, text: string): string {
  return `<!-- notes: ${section} -->\n${escaped(text)}\n<!-- end of notes -->`;
}

/**
 * What people wrote into a Markdown report, by section; sections without a note are left out. Nothing else of the file is read.
 * @throws AppError invalidData: no marks, a mark without its other half, an unknown section, a report of another audit
 */
export function notesFromMarkdown(markdown: string, audit: AuditId): Readonly<Record<string, string>> {
  const text = markdown.replaceAll('\r\n', '\n');
  const notes: Record<string, string> = {};
  let open: { readonly section: string; readonly from: number } | null = null;
  let marked = false;
  for (const { index, 0: mark, groups = {} } of text.matchAll(MARKER)) {
    if (groups['audit'] !== undefined) refuseOther(groups['audit'], audit);
    else if (groups['begin'] !== undefined) {
      if (open !== null) throw unclosed(open.section);
      open = { section: known(groups['begin']), from: index + mark.length };
      marked = true;
    } else if (open === null)
      throw invalid('A mark that ends notes stands where none begin.', 'Export the report again.');
    else {
      const note = unescaped(text.slice(open.from, index).trim());
      if (note.length > LONGEST) throw tooLong(open.section);
      if (note !== '') notes[open.section] = note;
      open = null;
    }
  }
  if (open !== null) throw unclosed(open.section);
  if (!marked)
    throw invalid(
      'The Markdown holds no place for notes.',
      'Export the audit as Markdown and write between its marks.',
    );
  return notes;
}

function refuseOther(found: string, audit: AuditId): void {
  if (found === audit) return;
  throw invalid(`The Markdown is a report of audit ${found}, not of ${audit}.`, 'Name that audit.');
}

function known(section: string): string {
  const ids = SECTIONS.map(([id]) => id);
  if ((ids as readonly string[]).includes(section)) return section;
  const close = nearest(section, ids);
  throw invalid(
    `The Markdown has notes of ${JSON.stringify(section)}, which is not a section.`,
    close === null ? `Sections are ${ids.join(', ')}.` : `Did you mean ${close}?`,
  );
}

function unclosed(section: string): AppError {
  return invalid(
    `The notes of ${section} have no end.`,
    'Put <!-- end of notes --> on a line of its own after them.',
  );
}

function tooLong(section: string): AppError {
  return invalid(
    `The notes of ${section} are longer than ${LONGEST.toLocaleString('en')} characters.`,
    'Shorten them.',
  );
}

/** Markdown takes HTML literally; notes are text. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function unescaped(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}

function invalid(message: string, hint: string): AppError {
  return new AppError({ code: 'invalidData', message, hint });
}
