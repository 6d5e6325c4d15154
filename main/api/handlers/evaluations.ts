import type { CallArgs, Handlers } from '../../../preload/contract/calls.ts';
import type { EvaluationSettings, RunConfig } from '../../../preload/contract/vocabulary.ts';
import type { ApiContext } from '../context.ts';

type Names = Extract<keyof Handlers, `evaluations.${string}`>;

/** Evaluations of frozen representations, beside those that every run ends with. */
export function evaluationHandlers({ store, runs, jobs }: ApiContext): Pick<Handlers, Names> {
  return {
    'evaluations.create': (args) => {
      const { name, config } = store.runs.get(args.run);
      const settings = settingsOf(args, config);
      return jobs.start('evaluation', `Evaluate ${name}`, ({ signal, progress }) =>
        runs.evaluate({ run: args.run, settings }, progress, signal),
      );
    },
    'evaluations.list': ({ run }) => runs.evaluations(run),
  };
}

/** What was asked for; the probes' settings are the run's own where nothing else is said. */
function settingsOf(
  { k, temperature, fractions, clusters, recallAt, seed }: CallArgs<'evaluations.create'>,
  { evaluate }: RunConfig,
): EvaluationSettings {
  const knn = { k: k ?? evaluate.knn.k, temperature: temperature ?? evaluate.knn.temperature };
  return { knn, linear: evaluate.linear, fractions, clusters, recallAt, seed };
}
