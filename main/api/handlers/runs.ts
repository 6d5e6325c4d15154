import type { CallArgs, Handlers } from '../../../preload/contract/calls.ts';
import type { RunId } from '../../../preload/contract/vocabulary.ts';
import { importBundle } from '../../audits/exports/bundle.ts';
import { exportRun } from '../../audits/exports/runExport.ts';
import type { RunChange } from '../../store/index.ts';
import { compareRuns } from '../comparison.ts';
import { baselineConfig, readConfig, refuseHopeless } from '../configs.ts';
import { refreshExclusions } from '../consent/exclusions.ts';
import { purposeOfRuns } from '../consent/purpose.ts';
import { refuseAfterWithdrawal } from '../consent/resuming.ts';
import { isoNow, type ApiContext } from '../context.ts';
import { runDetail } from '../runDetail.ts';

type Names = Extract<keyof Handlers, `runs.${string}`>;

/** Runs: launch, steer, look, compare, take away. */
export function runHandlers(context: ApiContext): Pick<Handlers, Names> {
  return { ...steering(context), ...looking(context), ...keeping(context) };
}

type Steering = 'runs.launch' | 'runs.pause' | 'runs.resume' | 'runs.stop' | 'runs.clone';

function steering(context: ApiContext): Pick<Handlers, Steering> {
  const { runs, store } = context;
  const consent = { store, storedDataset: context.storedDataset, now: context.host.now };
  return {
    'runs.launch': async ({ config: given, baselines, seeds, experiment, name, purpose, override }) => {
      const { config, seeds: listed } = readConfig(context, given);
      refuseHopeless(context, config);
      const twins = baselines.map((method) => ({
        config: baselineConfig(context, config, method),
        name: name === null ? null : `${name}, ${method}`,
      }));
      const options = {
        seeds: seeds.length > 0 ? seeds : listed,
        experiment,
        purpose: await purposeOfRuns(consent, config.dataset, { purpose, override }),
      };
      return [{ config, name }, ...twins].flatMap((run) =>
        runs.launch(run.config, { ...options, name: run.name }),
      );
    },
    'runs.pause': ({ ids }) => runs.pause(ids),
    'runs.resume': async ({ ids }) => {
      for (const id of ids) await refuseAfterWithdrawal(consent, id);
      await runs.resume(ids);
    },
    'runs.stop': ({ ids }) => runs.stop(ids),
    'runs.clone': async ({ id, seed }) => {
      // The reason for an override holds for the clone as well.
      const { dataset, provenance } = store.runs.get(id);
      const { purpose = null, override = null } = provenance.purpose ?? {};
      return runs.clone(id, seed, await purposeOfRuns(consent, dataset, { purpose, override }));
    },
  };
}

type Looking =
  'runs.list' | 'runs.get' | 'runs.metrics' | 'runs.series' | 'runs.logs' | 'runs.compare' | 'runs.export';

function looking(context: ApiContext): Pick<Handlers, Looking> {
  const { store, runs } = context;
  /** Consent may have expired since anything asked for it. */
  const bringConsentUpToDate = async (dataset: string): Promise<void> => {
    const here = store.datasets.list(true).some(({ id }) => id === dataset);
    if (here) await refreshExclusions({ ...context, now: context.host.now }, dataset);
  };
  return {
    'runs.list': ({ archived, experiment }) => store.runs.list({ archived, experiment }),
    'runs.get': ({ id }) => runDetail(store, id),
    'runs.metrics': ({ id }) => store.points.metrics(store.runs.row(id).id),
    'runs.series': (query) => store.points.series(query),
    'runs.logs': ({ id, after, limit }) => store.logs.read(store.runs.row(id).id, after, limit),
    'runs.compare': ({ ids }) => compareRuns(ids.map((id) => store.runs.get(id))),
    'runs.export': async ({ id, what, format, includeSensitive }) => {
      await bringConsentUpToDate(store.runs.get(id).dataset);
      // Nothing else asks for representations; those of the validation split are no look at the audit split.
      if (what === 'representations' && includeSensitive && !store.readOnly) {
        const { dataset } = store.runs.get(id);
        await runs.predict({ run: id, dataset, split: 'validation', representations: true, look: null });
      }
      return exportRun(store, id, what, format, includeSensitive);
    },
  };
}

type Keeping = 'runs.update' | 'runs.archive' | 'runs.purge' | 'runs.import';

function keeping({ store, announce, host, keys }: ApiContext): Pick<Handlers, Keeping> {
  const change = (id: RunId, fields: RunChange) => {
    const row = store.runs.change(id, fields);
    announce('run.changed', row);
    return row;
  };
  return {
    'runs.update': ({ id, ...fields }) => change(id, givenOf(fields)),
    'runs.archive': ({ ids, archived }) => {
      const rows = store.transaction(() => ids.map((id) => store.runs.change(id, { archived })));
      for (const row of rows) announce('run.changed', row);
    },
    'runs.purge': async ({ ids }) => {
      await store.runs.purge(ids);
      for (const id of ids) announce('run.removed', { id });
    },
    'runs.import': async ({ path }) => {
      const id = await importBundle(store, path, {
        now: () => isoNow(host),
        subjectKey: keys.place().expected,
      });
      announce('run.changed', store.runs.row(id));
      return id;
    },
  };
}

/** The fields that were given; the store takes absence, not undefined, as "stays". */
function givenOf(fields: Omit<CallArgs<'runs.update'>, 'id'>): RunChange {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
