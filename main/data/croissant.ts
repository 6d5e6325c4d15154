import type { DatasetCard, DatasetDetail, FeatureSource } from '../../preload/contract/vocabulary.ts';

/** How each value of a sensitive feature came to be, in words for whoever has no Pretext. */
const SOURCES: Readonly<Record<FeatureSource, string>> = {
  selfReported: 'self-reported',
  annotated: 'annotated by others',
  inferred: 'inferred by a procedure',
  annotatedOrInferred: 'annotated or inferred, not self-identified',
  synthetic: 'made with the data',
  unknown: 'of unknown origin',
};

const UNSTATED = 'Not stated.';

/**
 * A data set's card as Croissant JSON-LD (https://docs.mlcommons.org/croissant/docs/croissant-spec.html, 1.0) with the RAI
 * extension (croissant-rai-spec 1.0). It describes; no file, sample or subject is in it. What the card does not state is left out.
 */
export function croissantOf(dataset: DatasetDetail): Readonly<Record<string, unknown>> {
  const { name, card, created, digest, sensitive, targets, count } = dataset;
  return {
    '@context': CONTEXT,
    '@type': 'sc:Dataset',
    conformsTo: ['http://mlcommons.org/croissant/1.0', 'http://mlcommons.org/croissant/RAI/1.0'],
    name,
    ...stated({ description: card.description, license: card.licence }),
    datePublished: created.slice(0, 'YYYY-MM-DD'.length),
    version: digest,
    size: `${count} samples`,
    variableMeasured: [
      ...targets.map((target) => property(target.name, 'label', target.classes)),
      ...sensitive.map((one) => property(one.name, `sensitive feature, ${SOURCES[one.source]}`, one.values)),
    ],
    ...responsibleAi(card),
    ...(sensitive.length === 0
      ? {}
      : {
          'rai:personalSensitiveInformation': sensitive.map((one) => `${one.name} (${SOURCES[one.source]})`),
        }),
  };
}

const CONTEXT = {
  '@language': 'en',
  '@vocab': 'https://schema.org/',
  sc: 'https://schema.org/',
  cr: 'http://mlcommons.org/croissant/',
  rai: 'http://mlcommons.org/croissant/RAI/',
  dct: 'http://purl.org/dc/terms/',
  conformsTo: 'dct:conformsTo',
};

function property(name: string, description: string, values: readonly string[]): unknown {
  return { '@type': 'sc:PropertyValue', name, description, value: values };
}

function responsibleAi(card: DatasetCard): Readonly<Record<string, unknown>> {
  const uses = [
    card.intendedUse,
    card.outOfScope === UNSTATED || card.outOfScope === '' ? '' : `Out of scope: ${card.outOfScope}`,
  ];
  return stated({
    'rai:dataCollection': card.collection,
    'rai:dataUseCases': uses.filter((use) => use !== '' && use !== UNSTATED).join(' '),
    'rai:dataLimitations': card.knownIssues,
    'rai:dataSocialImpact': [card.motivation, consentWords(card)]
      .filter((text) => text !== '' && text !== UNSTATED)
      .join(' '),
  });
}

function consentWords({ consent, consentPurposes }: DatasetCard): string {
  const purposes = consentPurposes ? ` Purposes that consent covers: ${consentPurposes}.` : '';
  return consent === '' || consent === UNSTATED ? purposes.trim() : `Consent: ${consent}${purposes}`;
}

function stated(entries: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(entries).filter(([, text]) => text !== '' && text !== UNSTATED));
}
