import type { SampleGrid, SampleItem } from '../../../preload/contract/vocabulary.ts';
import type { Reading, Row } from './reader.ts';

/** Thumbnails in a preview. */
export const THUMBNAILS = 32;

/** The first examples of a reading as a grid for its preview. @param seen is told every row passed on the way */
export async function thumbnailsOf(
  reading: Reading,
  seen: (row: Row) => void = () => {},
): Promise<SampleGrid> {
  const stride = reading.shape[0] * reading.shape[1] * reading.shape[2];
  const data = new Uint8Array(THUMBNAILS * stride);
  const items: SampleItem[] = [];
  for await (const row of reading.rows) {
    seen(row);
    if (row.kind !== 'example') continue;
    data.set(row.pixels, items.length * stride);
    items.push({
      index: items.length,
      label: row.targets[0] ?? '',
      groups: Object.fromEntries(
        reading.sensitive.map((feature, i) => [feature.name, row.sensitive[i] ?? 'unknown']),
      ),
    });
    if (items.length === THUMBNAILS) break;
  }
  return { count: items.length, shape: reading.shape, data: data.slice(0, items.length * stride), items };
}
