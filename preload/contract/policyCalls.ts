import { z } from 'zod';
import { asks, changes } from './call.ts';
import type * as v from './vocabulary.ts';

const id = z.string().min(1).max(200);
const value = z.string().max(1000);

const subject = z.discriminatedUnion('of', [
  z.strictObject({ of: z.literal('overall') }),
  z.strictObject({ of: z.literal('group'), feature: id, group: value }),
  z.strictObject({ of: z.literal('everyGroup'), feature: id }),
  z.strictObject({ of: z.enum(['difference', 'ratio']), feature: id, group: value, reference: value }),
  z.strictObject({ of: z.literal('everyDifference'), feature: id }),
]);

const limit = z.strictObject({
  metric: id,
  subject,
  low: z.number().nullable().default(null),
  high: z.number().nullable().default(null),
});

/** Questions about audit policies. */
export const policyCalls = {
  'policies.list': asks<readonly v.PolicyRow[]>()(z.strictObject({ archived: z.boolean().default(false) })),
  'policies.get': asks<v.PolicyRow>()(z.strictObject({ id })),
  'policies.create': changes<v.PolicyRow>()(
    z.strictObject({
      name: z.string().trim().min(1).max(200),
      scope: z.union([z.strictObject({ dataset: id }), z.strictObject({ experiment: id })]),
      features: z.array(id).min(1).max(20),
      limits: z.array(limit).min(1).max(60),
      dueDays: z.int().min(1).max(3660).default(365),
      split: z.enum(['probeTrain', 'validation', 'audit']).default('audit'),
      threshold: z.number().min(0).max(1).default(0.5),
      positive: value.nullable().default(null),
      draws: z.int().min(200).max(20_000).default(2000),
      seed: z.int().min(0).default(0),
    }),
  ),
  'policies.archive': changes<v.PolicyRow>()(z.strictObject({ id, archived: z.boolean() })),
  /** Audits runs by a policy. No runs: the finished runs of its experiment. Answers with the job; its result is the id of the policy's result. */
  'policies.check': changes<v.JobId>()(z.strictObject({ id, runs: z.array(id).max(40).default([]) })),
  /** Checks made so far, newest first. */
  'policies.results': asks<readonly v.PolicyResult[]>()(z.strictObject({ id })),
  'policies.result': asks<v.PolicyResult>()(z.strictObject({ id })),
  /** Policies past their due date, the longest overdue first. */
  'policies.due': asks<readonly v.PolicyRow[]>()(z.strictObject({})),
  'policies.referenceLines': asks<readonly v.ReferenceLine[]>()(z.strictObject({})),
} as const;
