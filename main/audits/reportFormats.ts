import { AppError } from '../../preload/contract/errors.ts';
import type { Catalog, ExportedFile } from '../../preload/contract/vocabulary.ts';
import { nearest } from '../core/nearest.ts';
import type { ReportFormat, ReportInput, ReportTools } from './formats/format.ts';
import * as registry from './formats/registry.ts';

const formats = registry satisfies Record<string, ReportFormat>;

/** Ids of the report formats; the extension of a format names it too. */
export const REPORT_FORMAT_IDS = Object.keys(formats) as readonly (keyof typeof formats)[];

/**
 * The format of that id (`model-card` and `modelCard` are one) or extension.
 * @throws AppError usage naming the formats
 */
export function reportFormat(id: string): ReportFormat {
  const wanted = id.replaceAll('-', '').toLowerCase();
  const found = REPORT_FORMAT_IDS.map((one) => formats[one]).find(
    (one) => one.id.toLowerCase() === wanted || one.extension === id,
  );
  if (found) return found;
  const close = nearest(id, REPORT_FORMAT_IDS);
  throw new AppError({
    code: 'usage',
    message: `There is no report format ${JSON.stringify(id)}.`,
    hint: close === null ? `Choose from ${REPORT_FORMAT_IDS.join(', ')}.` : `Did you mean ${close}?`,
  });
}

/** The formats as data for forms and help. */
export function reportFormatEntries(): Catalog['reportFormats'] {
  return REPORT_FORMAT_IDS.map((id) => {
    const { title, extension, mediaType } = formats[id];
    return { id, title, extension, mediaType };
  });
}

/**
 * A report as a file named after the audit.
 * @throws AppError usage for an unknown format; what the format throws
 */
export async function exportReport(
  id: string,
  input: ReportInput,
  tools: ReportTools = { print: null },
): Promise<ExportedFile> {
  const format = reportFormat(id);
  return {
    fileName: `${fileStem(input.audit.name)}-${input.audit.id}.${format.extension}`,
    mediaType: format.mediaType,
    data: await format.render(input, tools),
  };
}

/** Letters, digits, dots and dashes of a name; never empty, never a hidden or relative path. */
export function fileStem(name: string): string {
  const stem = name.normalize('NFC').replace(/[^\p{L}\p{N}.-]+/gu, '-').replace(/^[.-]+|[.-]+$/g, ''); // prettier-ignore
  return stem.slice(0, 80) || 'audit';
}
