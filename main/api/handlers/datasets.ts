import type { CallArgs, Handlers } from '../../../preload/contract/calls.ts';
import type { DatasetDetail, ExportedFile } from '../../../preload/contract/vocabulary.ts';
import { cardFromMarkdown, cardToMarkdown } from '../../data/cardMarkdown.ts';
import { croissantOf } from '../../data/croissant.ts';
import { seriesOf, summaryOf } from '../../data/exploration.ts';
import { previewInWorker } from '../../data/importer.ts';
import { samplesOf } from '../../data/stored.ts';
import type { ApiContext } from '../context.ts';
import { checkDataset } from '../checkDataset.ts';
import { importDataset } from '../importDataset.ts';
import { checkFile } from '../../audits/exports/checkFile.ts';
import { suppressCheck } from '../../audits/suppression/suppressCheck.ts';
import { LEAST_SHOWN } from '../releases.ts';
import { AppError } from '../../../preload/contract/errors.ts';

type Names = Extract<keyof Handlers, `datasets.${string}`>;

/** A first look that takes longer has lost its purpose. */
const PREVIEW_MS = 60_000;

/** Data sets: import, look, describe. */
export function datasetHandlers(context: ApiContext): Pick<Handlers, Names> {
  const { store, announce, host } = context;
  return {
    'datasets.list': ({ archived }) => store.datasets.list(archived),
    'datasets.get': ({ id }) => store.datasets.get(id),
    'datasets.preview': ({ path, reader, options }) =>
      previewInWorker({
        path,
        reader,
        options,
        signal: AbortSignal.timeout(PREVIEW_MS),
        workerUrl: host.workers.data,
      }),
    'datasets.import': (args) => importDataset(context, args),
    'datasets.samples': ({ id, ...query }) => samplesOf(context.storedDataset(id), query),
    'datasets.summary': ({ id, ...query }) => summaryOf(context.storedDataset(id), query),
    'datasets.series': ({ id, ...query }) => seriesOf(context.storedDataset(id), query),
    'datasets.setCard': ({ id, card }) => {
      const detail = store.datasets.setCard(id, card);
      announce('dataset.changed', store.datasets.row(detail.id));
      return detail;
    },
    'datasets.check': (args) => checkDataset(context, args),
    'datasets.checks': ({ id }) => store.datasets.checks(id),
    'datasets.exportCheck': ({ id, format, smallCells }) => {
      const detail = store.datasets.get(id);
      const [check] = store.datasets.checks(id);
      if (!check) throw notChecked(detail);
      const made =
        detail.sensitive.length > 0 && detail.sensitive.every(({ source }) => source === 'synthetic');
      const least = smallCells ?? (made ? 0 : LEAST_SHOWN);
      return checkFile(detail.name, suppressCheck(check, detail.groups, least), format);
    },
    'datasets.exportCard': ({ id, format }) => exportedCard(store.datasets.get(id), format),
    'datasets.importCard': ({ id, markdown }) => {
      const detail = store.datasets.setCard(id, cardFromMarkdown(markdown));
      announce('dataset.changed', store.datasets.row(detail.id));
      return detail;
    },
    'datasets.rename': ({ id, name }) => {
      const row = store.datasets.rename(id, name);
      announce('dataset.changed', row);
      return row;
    },
    'datasets.archive': ({ id, archived }) => {
      store.datasets.archive(id, archived);
      announce('dataset.changed', store.datasets.row(id));
    },
  };
}

function notChecked({ name }: DatasetDetail): AppError {
  return new AppError({
    code: 'notFound',
    message: `Data set ${name} was not checked yet.`,
    hint: 'Check it first: pretext dataset check.',
  });
}

/** A card as a file that others can read. */
function exportedCard(
  detail: DatasetDetail,
  format: CallArgs<'datasets.exportCard'>['format'],
): ExportedFile {
  const stem = detail.name.replace(/[^\p{L}\p{N}._-]+/gu, '-');
  const encoder = new TextEncoder();
  if (format === 'markdown') {
    const data = encoder.encode(cardToMarkdown(detail.name, detail.card));
    return { fileName: `${stem}-card.md`, mediaType: 'text/markdown', data };
  }
  const data = encoder.encode(`${JSON.stringify(croissantOf(detail), null, 2)}\n`);
  return { fileName: `${stem}-croissant.json`, mediaType: 'application/ld+json', data };
}
