import type { CallArgs } from '../../../preload/contract/calls.ts';
import { AppError } from '../../../preload/contract/errors.ts';
import type { JobId } from '../../../preload/contract/vocabulary.ts';
import type { ModelFiles } from '../../audits/representation/job.ts';
import { runRepresentationAudit } from '../../audits/representation/runner.ts';
import { isoNow, type ApiContext } from '../context.ts';
import { basename } from '../pathName.ts';

type Args = CallArgs<'representations.embeddings'>;

/** Audits embeddings made anywhere. @throws AppError usage if untrained layers or views do not fit the layers */
export function auditEmbeddings({ store, jobs, announce, host }: ApiContext, args: Args): JobId {
  const { metadata, label, subject, rowName, rawInput } = args;
  const models = args.models.map(filesOf);
  const name = args.name ?? args.models.map((model) => model.name).join(', ');
  const facts = {
    ...{ id: host.newId('representation'), name, created: isoNow(host), notes: [], hashes: {} },
    ...{ dataset: null, datasetName: basename(metadata) },
  };
  // What was split elsewhere is not known here; it is audited as it is given.
  const options = { ...args.options, split: 'audit' as const };
  const columns = [...options.features, ...columnsOfSets(args)].filter((column) => column !== label);
  const rows = { path: metadata, label, subject, rowName, features: [...new Set(columns)] };
  return jobs.start('audit', `Audit of representations ${name}`, async ({ signal, progress }) => {
    const audit = await runRepresentationAudit(
      { kind: 'representation', facts, options, models, rawInput, rows },
      { onProgress: progress, signal, workerUrl: host.workers.audits },
    );
    announce('representation.changed', store.representations.create(audit));
    return audit.id;
  });
}

/** Columns by which association tests choose rows. */
function columnsOfSets({ options }: Args): readonly string[] {
  return options.associations.flatMap(({ x, y, a, b }) =>
    [x, y, a, b].flatMap((set) => ('column' in set ? [set.column] : [])),
  );
}

function filesOf({ name, layers, untrained, views }: Args['models'][number]): ModelFiles {
  if (untrained.length > 0 && untrained.length !== layers.length)
    throw usage(
      `${name} has ${layers.length} layers, but ${untrained.length} of its untrained encoder.`,
      'Give one file of the untrained encoder for each layer, in the same order.',
    );
  const [first, second] = views;
  if (views.length === 1)
    throw usage(`${name} has one view of its rows; alignment needs two.`, 'Give two files.');
  return {
    ...{ run: null, name, method: 'made elsewhere', seed: null },
    layers: layers.map(({ layer, path }, at) => ({
      layer,
      path,
      untrained: untrained[at] ?? null,
      views: first && second && at === layers.length - 1 ? [first, second] : null,
    })),
  };
}

function usage(message: string, hint: string): AppError {
  return new AppError({ code: 'usage', message, hint });
}
