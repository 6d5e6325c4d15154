import { describe, expect, it } from 'vitest';
import type { DatasetCard, DatasetDetail } from '../../preload/contract/vocabulary.ts';
import { cardFor } from '../../main/data/cards.ts';
import { cardFromMarkdown, cardToMarkdown } from '../../main/data/cardMarkdown.ts';
import { croissantOf } from '../../main/data/croissant.ts';

const card: DatasetCard = {
  ...cardFor(
    'imageFolder',
    { licence: 'CC BY 4.0', purpose: 'research', consentPurposes: 'research, teaching' },
    '',
  ),
  description: 'Faces.\n\n## not a heading\n\\# nor this\n- a list',
  knownIssues: 'Few people over 70.',
};

describe('a card as Markdown', () => {
  it('comes back as it was, whatever its lines begin with', () => {
    expect(cardFromMarkdown(cardToMarkdown('faces', card))).toEqual(card);
    expect(cardFromMarkdown(cardToMarkdown('faces', card).replaceAll('\n', '\r\n'))).toEqual(card);
  });

  it('has a heading for every entry, and only those given are read', () => {
    expect(cardToMarkdown('two\nlines', card)).toMatch(/^# two lines\n\n## Description\n\nFaces\./);
    expect(cardFromMarkdown('# x\nintro\n## licence\n\nMIT\n')).toEqual({ licence: 'MIT' });
  });

  it.each([
    ['## Colour\n\nred', 'A data card has no entry "Colour".'],
    ['## Licence\na\n## licence\nb', 'The card has the heading "licence" twice.'],
    ['nothing', 'The text has no heading of a data card.'],
    [`## Licence\n${'a'.repeat(20_001)}`, 'The entry licence has 20001 characters; at most 20000 are kept.'],
  ])('refuses %#', (text, message) => expect(() => cardFromMarkdown(text)).toThrow(message));
});

it('as Croissant says what is stated, names sensitive features and their origin, and leaves out the rest', () => {
  const detail = {
    ...{ name: 'faces', card, created: '2026-11-22T10:00:00Z', digest: 'ab'.repeat(32), count: 1200 },
    targets: [{ name: 'smile', classes: ['no', 'yes'], counts: [1, 1] }],
    sensitive: [{ name: 'race', source: 'annotatedOrInferred', values: ['a', 'unknown'], counts: [2, 0] }],
  } as unknown as DatasetDetail;
  const croissant = croissantOf(detail);
  expect(croissant).toMatchObject({
    '@type': 'sc:Dataset',
    conformsTo: ['http://mlcommons.org/croissant/1.0', 'http://mlcommons.org/croissant/RAI/1.0'],
    name: 'faces',
    license: 'CC BY 4.0',
    datePublished: '2026-11-22',
    'rai:dataLimitations': 'Few people over 70.',
    'rai:dataUseCases': 'research',
    'rai:dataSocialImpact': 'Purposes that consent covers: research, teaching.',
    'rai:personalSensitiveInformation': ['race (annotated or inferred, not self-identified)'],
  });
  expect(croissant).not.toHaveProperty('rai:dataCollection');
});
