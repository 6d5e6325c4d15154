import { describe, expect, test } from 'vitest';
import { notesFromMarkdown } from '../../main/audits/report/notes.ts';
import { SECTIONS } from '../../main/audits/report/sections.ts';
import { reportInput, reportText, SIX } from './reports.ts';

const input = reportInput(400);
const exported = await reportText('markdown', input);
const write = (section: string, text: string, into = exported): string =>
  into.replace(`<!-- notes: ${section} -->\n\n<!-- end of notes -->`, `<!-- notes: ${section} -->\n${text}\n<!-- end of notes -->`); // prettier-ignore

describe('Markdown', () => {
  test('has the twenty sections in order, each with a place for notes', () => {
    const headings = [...exported.matchAll(/^## (\d+) (.*)$/gm)].map((match) => `${match[1]} ${match[2]}`);
    expect(headings).toEqual(SECTIONS.map(([, title], at) => `${at + 1} ${title}`));
    const marks = [...exported.matchAll(/<!-- notes: (\w+) -->/g)].map((match) => match[1]);
    expect(marks).toEqual(SECTIONS.map(([id]) => id));
  });

  test('notes come back as they were written, and out again', async () => {
    const text = 'People who **apply**.\n\nTheir <families> & "others".\n| a | b |';
    const back = notesFromMarkdown(write('stakeholders', text.replaceAll('\n', '\r\n')), 'audit-1');
    expect(back).toEqual({ stakeholders: text });
    const again = await reportText('markdown', { ...input, notes: back });
    expect(notesFromMarkdown(again, 'audit-1')).toEqual(back);
    expect(again).not.toContain('<families>');
    const page = await reportText('html', { ...input, notes: back });
    expect(page).toContain('<p>Their &lt;families&gt; &amp; &quot;others&quot;.');
    // The section still says that nothing was measured.
    expect(page).toMatch(/3 Stakeholders[\s\S]{0,200}Not assessed: who is affected/);
  });

  test('says of an audit without notes nothing', () => {
    expect(notesFromMarkdown(exported, 'audit-1')).toEqual({});
  });

  test.each([
    ['nothing', 'The Markdown holds no place for notes.'],
    ['<!-- notes: data -->\nx', 'The notes of data have no end.'],
    ['<!-- notes: data -->\n<!-- notes: model -->', 'The notes of data have no end.'],
    ['<!-- end of notes -->', 'A mark that ends notes stands where none begin.'],
    [
      '<!-- notes: dat -->\n<!-- end of notes -->',
      'The Markdown has notes of "dat", which is not a section.',
    ],
    ['<!-- audit: audit-2 -->', 'The Markdown is a report of audit audit-2, not of audit-1.'],
    [
      `<!-- notes: data -->\n${'x'.repeat(20_001)}\n<!-- end of notes -->`,
      'The notes of data are longer than 20,000 characters.',
    ],
  ])('%# is refused with a sentence', (text, sentence) => {
    expect(() => notesFromMarkdown(text, 'audit-1')).toThrow(sentence);
  });

  test('holds what the page holds of runs beside each other', async () => {
    const text = await reportText('markdown', reportInput(600, SIX));
    for (const words of [
      'Best of these trained models',
      'Changes of gaps, with their ends',
      'Ratio scores of runs',
      'SHA-256 of dataset',
      'Sign-off',
    ])
      expect(text).toContain(words);
    expect(text).not.toMatch(/<(?!!--)/);
  });
});

test('the cross-walk names every rule, where evidence stands and what is missing', async () => {
  const text = await reportText('markdown', input);
  const part = text.slice(text.indexOf('## 19'), text.indexOf('## 20'));
  for (const rule of [
    'EU AI Act, Annex IV',
    'MEASURE 2.11',
    'NYC Local Law 144',
    'IEEE 7003-2024',
    'ISO/IEC TS 12791:2024',
  ])
    expect(part).toContain(rule);
  expect(part).toContain(
    '| NIST AI RMF 1.0 | MEASURE 2.11 | fairness and bias evaluated and documented | 9 Groups and intersections, 13 Runs against each other | 10 Calibration, 11 Representations |',
  );
  expect(part).toContain('software is no independent auditor');
  expect(part).not.toMatch(/complian|conforms|satisf|fulfil/i);
});

test('the chain stands in the report', async () => {
  const link = {
    number: 7,
    digest: 'a'.repeat(64),
    previous: 'b'.repeat(64),
    chain: 'c'.repeat(64),
    whole: true,
  };
  const page = await reportText('html', { ...input, link });
  for (const words of [
    'number 7; this audit and all before it are as they were written',
    'a'.repeat(64),
    'c'.repeat(64),
  ])
    expect(page).toContain(words);
  expect(await reportText('markdown', { ...input, link: { ...link, whole: false } })).toContain(
    'is NOT as it was written',
  );
});
