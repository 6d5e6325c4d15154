import type { z } from 'zod';

/** One question a window may ask: the schema of its argument; the answer's type is carried by `answer`. */
export interface Call<Args extends z.ZodType, Value> {
  readonly args: Args;
  /** True if it changes the workspace: refused where the workspace is read-only. */
  readonly writes: boolean;
  /** Never present at run time: carries the type of the answer. */
  readonly answer?: Value;
}

/** A question that leaves the workspace as it is. */
export const asks =
  <Value>() =>
  <Args extends z.ZodType>(args: Args): Call<Args, Value> => ({ args, writes: false });

/** A question that changes the workspace. */
export const changes =
  <Value>() =>
  <Args extends z.ZodType>(args: Args): Call<Args, Value> => ({ args, writes: true });
