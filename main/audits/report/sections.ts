/** The sections of a report in their fixed order, by id; notes are kept by these ids. */
export const SECTIONS = [
  ['identity', 'Identity'],
  ['intendedUse', 'Intended use'],
  ['stakeholders', 'Stakeholders'],
  ['data', 'Data'],
  ['model', 'Model and its pretraining'],
  ['declaredMetrics', 'Declared metrics'],
  ['rules', 'Rules of the statistics'],
  ['overall', 'Overall performance'],
  ['groups', 'Groups and intersections'],
  ['calibration', 'Calibration'],
  ['representations', 'Representations'],
  ['views', 'Sensitivity to views'],
  ['comparison', 'Runs against each other'],
  ['mitigations', 'Mitigations'],
  ['explanations', 'Explanations'],
  ['privacy', 'Privacy'],
  ['limitations', 'Limitations and insufficient evidence'],
  ['oversight', 'Residual risk and oversight'],
  ['crossWalk', 'Rules and standards'],
  ['reproducibility', 'Cost and reproducibility'],
] as const;

/** Id of a section. */
export type SectionId = (typeof SECTIONS)[number][0];

/** The title of a section with its number: `3 Stakeholders`. */
export function sectionTitle(id: SectionId): string {
  const at = SECTIONS.findIndex(([own]) => own === id);
  return `${at + 1} ${SECTIONS[at]?.[1] ?? ''}`;
}
