import type { Snippet } from 'svelte';
import type { Cell } from '../lib/delimited.ts';
import type { SortValue } from '../lib/sorting.ts';

/** One column of a DataTable. */
export interface TableColumn<Row> {
  readonly id: string;
  readonly title: string;
  /** What is copied, and shown where there is no `cell`. */
  readonly text: (row: Row) => Cell;
  /** What it sorts by; without it the column does not sort. */
  readonly sort?: (row: Row) => SortValue;
  readonly numeric?: boolean;
  /** A run's own column: its colour before the title, which may take several lines. */
  readonly colour?: number;
  /** Which values stand out. */
  readonly bold?: (row: Row) => boolean;
  /** Never breaks its text. */
  readonly nowrap?: boolean;
  /** Draws the cell. */
  readonly cell?: Snippet<[Row]>;
}
