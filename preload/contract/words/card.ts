import type { DatasetCard } from './datasets.ts';

/** One entry of a data card: its heading and what belongs there. */
export interface CardSection {
  readonly key: keyof DatasetCard;
  readonly title: string;
  readonly help: string;
}

/** The entries of a data card in order; forms, Markdown and the command line follow it. */
export const CARD_SECTIONS: readonly CardSection[] = [
  { key: 'description', title: 'Description', help: 'What the samples are and where they come from.' },
  { key: 'motivation', title: 'Motivation', help: 'Why this data was collected, and by whom.' },
  {
    key: 'collection',
    title: 'Collection',
    help: 'How, when and where; who chose and who annotated.',
  },
  { key: 'licence', title: 'Licence', help: 'Under which terms it may be used.' },
  { key: 'consent', title: 'Consent', help: 'What the people in it agreed to.' },
  {
    key: 'consentPurposes',
    title: 'Purposes that consent covers',
    help: 'With commas between them, such as research, teaching; runs for anything else are refused.',
  },
  {
    key: 'purpose',
    title: 'Purpose here',
    help: 'What this workspace uses it for: the purpose of runs that state none.',
  },
  { key: 'intendedUse', title: 'Intended use', help: 'What it is fit for.' },
  { key: 'outOfScope', title: 'Out of scope', help: 'What it must not be used for.' },
  { key: 'knownIssues', title: 'Known issues', help: 'Errors, gaps, groups that are missing.' },
  { key: 'knownAnswer', title: 'Known answer', help: 'For made data: what an audit must find.' },
];
