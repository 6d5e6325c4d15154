/** The words of Pretext as types: one entry per noun. Every world (main, trainer, renderer, command line) uses these. */
export * from './words/ids.ts';
export * from './words/params.ts';
export * from './words/config.ts';
export * from './words/runs.ts';
export * from './words/evaluation.ts';
export * from './words/datasets.ts';
export * from './words/exploration.ts';
export * from './words/card.ts';
export * from './words/checks.ts';
export * from './words/consent.ts';
export * from './words/privacy.ts';
export * from './words/audits.ts';
export * from './words/thresholds.ts';
export * from './words/representations.ts';
export * from './words/policies.ts';
export * from './words/host.ts';
export * from './words/tour.ts';
