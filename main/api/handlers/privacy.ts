import type { CallArgs, Handlers } from '../../../preload/contract/calls.ts';
import type { DatasetId, DatasetRow } from '../../../preload/contract/vocabulary.ts';
import { assessPrivacy } from '../../data/privacy/assess.ts';
import { generalisedDataset } from '../../data/privacy/generalised.ts';
import { describeColumn, privacyColumns } from '../../data/privacy/privacyColumns.ts';
import type { StoredDataset } from '../../data/stored.ts';
import { wholeDataset } from '../consent/exclusions.ts';
import type { ApiContext } from '../context.ts';
import { storeWithConsent } from '../importDataset.ts';
import { rekey } from '../privacy/rekey.ts';

type Names = Extract<keyof Handlers, `privacy.${string}`>;

/** Privacy of data sets: how well people are hidden in them, and the key of subject ids. */
export function privacyHandlers(context: ApiContext): Pick<Handlers, Names> {
  const { keys, store, host } = context;
  const find = (given: string): DatasetId => store.datasets.row(given).id;
  const whole = (id: DatasetId): StoredDataset => wholeDataset({ ...context, now: host.now }, id);
  return {
    'privacy.columns': async ({ dataset }) =>
      (await privacyColumns(whole(find(dataset)), null)).map(describeColumn),
    'privacy.assess': ({ dataset, ...question }) => assessPrivacy(whole(find(dataset)), question),
    'privacy.generalise': (args) => generalise(context, args, whole(find(args.dataset))),
    'privacy.key': () => keys.state(),
    'privacy.adoptKey': () => keys.adopt(),
    'privacy.rekey': ({ dataset }) => rekey(context, find(dataset)),
  };
}

async function generalise(
  context: ApiContext,
  { generalisation, name }: CallArgs<'privacy.generalise'>,
  dataset: StoredDataset,
): Promise<DatasetRow> {
  const { store } = context;
  const detail = store.datasets.get(dataset.id);
  const made = await generalisedDataset(
    dataset,
    detail,
    generalisation,
    name ?? `${detail.name} generalised`,
    store.artefacts,
  );
  return storeWithConsent(context, made);
}
