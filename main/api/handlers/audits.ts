import type { Handlers } from '../../../preload/contract/calls.ts';
import { auditPredictions } from '../audits/predictions.ts';
import { auditRuns } from '../audits/runs.ts';
import { columnsOf } from '../audits/columns.ts';
import { thresholdsOf } from '../audits/thresholds.ts';
import type { ApiContext } from '../context.ts';

type Names = Extract<keyof Handlers, `audits.${string}`>;

/** Audits: assess runs or predictions made anywhere, and look at what was found. */
export function auditHandlers(context: ApiContext): Pick<Handlers, Names> {
  const { store, announce } = context;
  return {
    'audits.list': ({ archived }) => store.audits.list(archived),
    'audits.get': ({ id }) => store.audits.get(id),
    'audits.create': (args) => auditRuns(context, args),
    'audits.columns': ({ path }) => columnsOf(path),
    'audits.predictions': (args) => auditPredictions(context, args),
    'audits.thresholds': (args) => thresholdsOf(context, args),
    'audits.verify': () => store.audits.verify(),
    'audits.archive': ({ id, archived }) => {
      store.audits.archive(id, archived);
      announce('audit.changed', rowOf(store.audits.get(id), archived));
    },
  };
}

function rowOf(audit: ReturnType<ApiContext['store']['audits']['get']>, archived: boolean) {
  const { id, name, created, dataset, datasetName, runs, features, primary } = audit;
  return { id, name, created, dataset, datasetName, runs, features, primary, archived };
}
