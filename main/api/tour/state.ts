import { z } from 'zod';
import { ERROR_CODES } from '../../../preload/contract/errors.ts';
import type { TourState } from '../../../preload/contract/vocabulary.ts';

/** Before the first start. */
export const IDLE: TourState = {
  status: 'idle',
  step: null,
  job: null,
  dataset: null,
  runs: [],
  audit: null,
  answer: null,
  error: null,
  started: null,
  ended: null,
};

const text = z.string().nullable();
const number = z.number().nullable();
const estimated = z
  .strictObject({ value: number, low: number, high: number, reason: z.string().optional() })
  .transform(({ reason, ...known }) => ({ ...known, ...(reason === undefined ? {} : { reason }) }));

const schema = z.strictObject({
  status: z.enum(['idle', 'running', 'finished', 'failed', 'cancelled']),
  step: z.enum(['importing', 'training', 'auditing']).nullable(),
  job: text,
  dataset: text,
  runs: z.array(z.strictObject({ part: z.enum(['kept', 'changed', 'twin']), run: z.string() })),
  audit: text,
  answer: z
    .strictObject({
      primary: z.strictObject({ metric: z.string(), feature: z.string(), group: text, reference: text }),
      kept: estimated,
      changed: estimated,
      twin: estimated,
      difference: estimated,
    })
    .nullable(),
  error: z.strictObject({ code: z.enum(ERROR_CODES), message: z.string(), hint: z.string() }).nullable(),
  started: text,
  ended: text,
});

/** The state as it was kept; what another version wrote otherwise counts as no tour. */
export function readTourState(kept: unknown): TourState {
  return schema.safeParse(kept).data ?? IDLE;
}
