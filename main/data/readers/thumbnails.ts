import type { SampleGrid, SampleItem } from '../../../preload/contract/vocabulary.ts';
import { BLANK, wordsOf } from '../formats.ts';
import type { Reading, Row } from './reader.ts';

/** Thumbnails in a preview. */
export const THUMBNAILS = 32;

/** The first examples of a reading as a grid for its preview. @param seen is told every row passed on the way */
export async function thumbnailsOf(
  reading: Reading,
  seen: (row: Row) => void = () => {},
): Promise<SampleGrid> {
  const { format } = reading;
  const shape = format === undefined ? reading.shape : BLANK;
  const stride = shape[0] * shape[1] * shape[2];
  const data = new Uint8Array(THUMBNAILS * stride).fill(255);
  const items: SampleItem[] = [];
  for await (const row of reading.rows) {
    seen(row);
    if (row.kind !== 'example') continue;
    if (format === undefined) data.set(row.bytes, items.length * stride);
    items.push({
      index: items.length,
      label: row.targets[0] ?? '',
      groups: Object.fromEntries(
        reading.sensitive.map((feature, i) => [feature.name, row.sensitive[i] ?? 'unknown']),
      ),
      ...(format !== undefined
        ? { text: wordsOf(format, row.bytes) }
        : row.caption === undefined
          ? {}
          : { text: row.caption }),
    });
    if (items.length === THUMBNAILS) break;
  }
  return { count: items.length, shape, data: data.slice(0, items.length * stride), items };
}
