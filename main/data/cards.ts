import colouredDigits from '../../resources/cards/colouredDigits.json' with { type: 'json' };
import madeMovement from '../../resources/cards/madeMovement.json' with { type: 'json' };
import unstated from '../../resources/cards/unstated.json' with { type: 'json' };
import type { DatasetCard, ImportOptions } from '../../preload/contract/vocabulary.ts';

const CARDS: Readonly<Record<string, DatasetCard>> = { colouredDigits, madeMovement };

/** The card a data set starts with: the reader's own where it has one, else fields that say they are not stated. */
export function cardFor(reader: string, options: ImportOptions, knownAnswer: string): DatasetCard {
  const card: DatasetCard = CARDS[reader] ?? unstated;
  return {
    ...card,
    licence: options.licence ?? card.licence,
    intendedUse: options.purpose ?? card.intendedUse,
    purpose: options.purpose ?? '',
    consentPurposes: options.consentPurposes ?? '',
    knownAnswer: knownAnswer === '' ? card.knownAnswer : knownAnswer,
  };
}
