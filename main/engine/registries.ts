import { AppError } from '../../preload/contract/errors.ts';
import * as encoderRegistry from './encoders/registry.ts';
import type { Encoder, SslMethod, View } from './method.ts';
import type { Finetune } from './finetune.ts';
import * as finetuneRegistry from './finetunes/registry.ts';
import * as methodRegistry from './methods/registry.ts';
import type { Optimizer } from './optimizer.ts';
import * as optimizerRegistry from './optimizers/registry.ts';
import type { Schedule } from './schedule.ts';
import * as scheduleRegistry from './schedules/registry.ts';
import * as viewRegistry from './views/registry.ts';

/** Every registry of the engine by id; a wrong shape in a registry does not compile here. */
export const methods = methodRegistry satisfies Readonly<Record<string, SslMethod>>;
export const finetunes = finetuneRegistry satisfies Readonly<Record<string, Finetune>>;
export const encoders = encoderRegistry satisfies Readonly<Record<string, Encoder>>;
export const views = viewRegistry satisfies Readonly<Record<string, View>>;
export const optimizers = optimizerRegistry satisfies Readonly<Record<string, Optimizer>>;
export const schedules = scheduleRegistry satisfies Readonly<Record<string, Schedule>>;

export type MethodId = keyof typeof methods;

/**
 * The entry of a registry.
 * @throws AppError invalidConfig if there is none of that id
 */
export function entryOf<T>(registry: Readonly<Record<string, T>>, id: string, kind: string): T {
  const entry = Object.hasOwn(registry, id) ? registry[id] : undefined;
  if (entry !== undefined) return entry;
  throw new AppError({
    code: 'invalidConfig',
    message: `There is no ${kind} called ${id}.`,
    hint: `Known: ${Object.keys(registry).join(', ')}.`,
  });
}
