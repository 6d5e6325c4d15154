/** Value by which a row sorts; null sorts last in both directions. */
export type SortValue = string | number | null;

/** Rows in a new array, ordered by a value; equal rows keep their order. */
export function sortedBy<T>(rows: readonly T[], value: (row: T) => SortValue, descending: boolean): T[] {
  const keyed = rows.map((row) => ({ row, key: value(row) }));
  keyed.sort((a, b) => {
    if (a.key === null || b.key === null) return a.key === b.key ? 0 : a.key === null ? 1 : -1;
    const order =
      typeof a.key === 'number' && typeof b.key === 'number'
        ? a.key - b.key
        : String(a.key).localeCompare(String(b.key), 'en', { numeric: true });
    return descending ? -order : order;
  });
  return keyed.map((entry) => entry.row);
}
