import * as tf from '@tensorflow/tfjs';
import { AppError } from '../../../preload/contract/errors.ts';
import type { ColumnLayout, SampleLayout } from '../layout.ts';

/** Where the columns of a table stand, and how wide they are once categories are spread out. */
export interface TablePlan {
  /** Places of the columns of numbers. */
  readonly numbers: readonly number[];
  /** Places of the categories, how many values each has, and where its values begin among all values of categories. */
  readonly categories: readonly number[];
  readonly sizes: readonly number[];
  readonly starts: readonly number[];
  /** Values of all categories together. */
  readonly values: number;
  /** Width of `tableFeatures`: value and missing flag of every number, and a place for every value of a category. */
  readonly width: number;
}

/** The plan of a table's layout. @throws AppError internal for other layouts, which a config refuses before */
export function tablePlan(layout: SampleLayout): TablePlan {
  const columns = columnsOf(layout);
  const placesOf = (kind: ColumnLayout['kind']): number[] =>
    columns.flatMap((column, place) => (column.kind === kind ? [place] : []));
  const [numbers, categories] = [placesOf('number'), placesOf('category')];
  const sizes = columns.flatMap((column) => (column.kind === 'category' ? [column.size] : []));
  const starts = sizes.map((_, i) => sizes.slice(0, i).reduce((sum, size) => sum + size, 0));
  const values = sizes.reduce((sum, size) => sum + size, 0);
  return { numbers, categories, sizes, starts, values, width: 2 * numbers.length + values };
}

/** The columns of a table. @throws AppError internal for other layouts */
export function columnsOf(layout: SampleLayout): readonly ColumnLayout[] {
  if (layout.kind === 'table') return layout.columns;
  throw new AppError({
    code: 'internal',
    message: `A table was expected, but samples are ${layout.kind} data.`,
  });
}

/** The numbers of x [n, 1, columns, 2]: values [n, numbers] and missing flags [n, numbers]. */
export function numbersOf(
  { numbers }: TablePlan,
  x: tf.Tensor4D,
): { readonly values: tf.Tensor2D; readonly missing: tf.Tensor2D } {
  const chosen = pick(x, numbers);
  const part = (channel: number): tf.Tensor2D =>
    chosen.slice([0, 0, channel], [-1, -1, 1]).reshape([x.shape[0], numbers.length]);
  return { values: part(0), missing: part(1) };
}

/** The categories of x as places among all values of categories [n, categories], int32. */
export function categoriesOf({ categories, starts }: TablePlan, x: tf.Tensor4D): tf.Tensor2D {
  const codes = pick(x, categories).slice([0, 0, 0], [-1, -1, 1]).reshape([x.shape[0], categories.length]);
  return codes
    .round()
    .toInt()
    .add(tf.tensor1d([...starts], 'int32')) as tf.Tensor2D;
}

/** x [n, 1, columns, 2] spread out: value and missing flag of every number, then 1 at the value of every category: [n, width]. */
export function tableFeatures(plan: TablePlan, x: tf.Tensor4D): tf.Tensor2D {
  const parts: tf.Tensor2D[] = [];
  if (plan.numbers.length > 0) {
    const { values, missing } = numbersOf(plan, x);
    parts.push(values, missing);
  }
  if (plan.categories.length > 0)
    parts.push(tf.oneHot(categoriesOf(plan, x), plan.values).toFloat().sum(1) as tf.Tensor2D);
  return tf.concat(parts, 1);
}

function pick(x: tf.Tensor4D, places: readonly number[]): tf.Tensor3D {
  const [count, , columns, channels] = x.shape;
  return tf.gather(
    x.reshape([count, columns, channels]),
    tf.tensor1d([...places], 'int32'),
    1,
  ) as tf.Tensor3D;
}
