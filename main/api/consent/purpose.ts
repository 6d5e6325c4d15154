import { AppError } from '../../../preload/contract/errors.ts';
import type { DatasetId, RunPurpose } from '../../../preload/contract/vocabulary.ts';
import { covers, lapseOf, purposesOf } from '../../core/consent.ts';
import { namedSubjects, todayOf, type ConsentContext } from './exclusions.ts';

/** Subjects that a refusal names. */
const NAMED = 3;

/**
 * The purpose of runs on a data set, as their provenance keeps it.
 * @param purpose null: what the card says the data is used for
 * @param override why they run although consent does not cover the purpose
 * @throws AppError conflict with the reason if consent does not cover it and nothing overrides that
 */
export async function purposeOfRuns(
  context: ConsentContext,
  dataset: DatasetId,
  { purpose, override }: Pick<RunPurpose, 'purpose' | 'override'>,
): Promise<RunPurpose> {
  const stated = purpose ?? (context.store.datasets.get(dataset).card.purpose?.trim() || null);
  const refusal = await refusalOf(context, dataset, stated);
  if (refusal === null) return { purpose: stated, refusal: null, override: null };
  if (override !== null) return { purpose: stated, refusal, override };
  throw new AppError({
    code: 'conflict',
    message: refusal,
    hint: 'State a purpose that is covered, change the consent of the data set if it says too little, or give the reason for an override, which is recorded.',
  });
}

async function refusalOf(
  context: ConsentContext,
  dataset: DatasetId,
  purpose: string | null,
): Promise<string | null> {
  const { card, name } = context.store.datasets.get(dataset);
  const general = purposesOf(card.consentPurposes ?? '');
  const what = purpose === null ? 'This run states no purpose' : `The purpose ${JSON.stringify(purpose)}`;
  if (!covers(general, purpose))
    return `${what}${purpose === null ? ', and consent' : ' is not covered by consent'} for data set ${name}${purpose === null ? ' covers' : ', which covers'} ${general.join(', ')}.`;
  const uncovered = await uncoveredSubjects(context, dataset, purpose);
  if (uncovered.length === 0) return null;
  const named = uncovered.slice(0, NAMED).join(', ');
  const more = uncovered.length > NAMED ? ` and ${uncovered.length - NAMED} more` : '';
  return purpose === null
    ? `This run states no purpose, and ${counted(uncovered.length)} of data set ${name} agreed to certain purposes only: ${named}${more}.`
    : `${what} is not covered by the consent of ${counted(uncovered.length)} of data set ${name}: ${named}${more}.`;
}

/** Subjects of the data set whose consent holds, but for other purposes. */
async function uncoveredSubjects(
  context: ConsentContext,
  dataset: DatasetId,
  purpose: string | null,
): Promise<readonly string[]> {
  const today = todayOf(context);
  const records = context.store.consent
    .list(dataset)
    .filter((record) => lapseOf(record, today) === null && !covers(record.purposes, purpose));
  const subjects = await namedSubjects(context, dataset, records);
  return records.map(({ subject }) => subject).filter((subject) => subjects?.codeOf.has(subject));
}

function counted(subjects: number): string {
  return subjects === 1 ? '1 subject' : `${subjects} subjects`;
}
