import type { FeatureSource, ImportOptions } from '../../../preload/contract/vocabulary.ts';
import { nearest } from '../../core/nearest.ts';
import { isLabelName, isSensitiveName, isSubjectName } from '../columnNames.ts';
import { invalidData } from '../source.ts';
import { FOLDER } from './imagePlan.ts';
import type { ImagePlan, Origin } from './imagePlan.ts';

/** Which column serves as what. */
export interface ChosenColumns {
  readonly label: string;
  readonly subject: string | null;
  readonly sensitive: readonly { readonly name: string; readonly source: FeatureSource }[];
}

/** Where values come from decides what is claimed of them: a file's name is no statement of the person. */
const SOURCES: Readonly<Record<Origin, FeatureSource>> = {
  folder: 'annotatedOrInferred',
  pattern: 'annotatedOrInferred',
  manifest: 'unknown',
};

/** The columns that the options name. @throws AppError invalidData naming an unknown column, or if there is no label */
export function chooseColumns(plan: ImagePlan, options: ImportOptions): ChosenColumns {
  const originOf = new Map(plan.columns.map((column) => [column.name, column.origin]));
  const demand = (name: string, purpose: string): string => {
    if (originOf.has(name)) return name;
    const close = nearest(name, [...originOf.keys()]);
    throw invalidData(
      `There is no column ${name} for the ${purpose}.`,
      `${close === null ? '' : `Did you mean ${close}? `}Columns: ${[...originOf.keys()].join(', ')}.`,
    );
  };
  const label = options.label ?? guessLabel(plan);
  if (label === null)
    throw invalidData(
      'No label was chosen, and none can be told from folders or column names.',
      `Choose one of the columns ${[...originOf.keys()].join(', ')} as label.`,
    );
  return {
    label: demand(label, 'label'),
    subject: options.subject === undefined ? null : demand(options.subject, 'subject'),
    sensitive: [...new Set(options.sensitive)].map((name) => ({
      name: demand(name, 'sensitive feature'),
      source: SOURCES[originOf.get(name) ?? 'manifest'],
    })),
  };
}

/** The column that is probably the label: one so called, or the folder if images lie in several. */
export function guessLabel(plan: ImagePlan): string | null {
  const named = plan.columns.find((column) => isLabelName(column.name));
  if (named) return named.name;
  const folders = new Set(plan.items.map((item) => item.fields.get(FOLDER)));
  return folders.size > 1 || (folders.size === 1 && !folders.has('')) ? FOLDER : null;
}

/** Columns that by their names are about people, but for the label. */
export function guessSensitive(plan: ImagePlan, label: string | null): readonly string[] {
  return plan.columns.map((column) => column.name).filter((name) => isSensitiveName(name) && name !== label);
}

/** The column that by its name tells whose an image is. */
export function guessSubject(plan: ImagePlan): string | null {
  return plan.columns.find((column) => isSubjectName(column.name))?.name ?? null;
}

/** A pattern for names such as `25_0_1_2017.jpg`, if all have the same parts or more; null if they have fewer than two. */
export function guessPattern(plan: ImagePlan): string | null {
  const parts = plan.items.map((item) => (item.entry.path.split('/').at(-1) ?? '').split('_').length);
  const fewest = Math.min(...parts.slice(0, 1000), 8);
  if (plan.items.length === 0 || fewest < 2) return null;
  return `${Array.from({ length: fewest - 1 }, (_, i) => `{field${i + 1}}`).join('_')}_*`;
}
