import type { z } from 'zod';
import { calls, type CallName, type Handlers } from '../../preload/contract/calls.ts';
import { AppError, toPlainError, type Answer } from '../../preload/contract/errors.ts';
import { nearest } from '../core/nearest.ts';

/** Where every transport knocks: trust ends here. A transport has checked who asks before it comes. */
export interface Door {
  /** Never throws: whatever goes wrong is the answer's error. */
  ask(name: string, args: unknown): Promise<Answer<unknown>>;
}

export interface DoorOptions {
  readonly handlers: Handlers;
  /** One sentence why this process must not write, or null. */
  readonly readOnlyReason: () => string | null;
  /** Told about faults of Pretext itself, for the log; the asker gets their plain form. */
  readonly onFault: (call: string, cause: unknown) => void;
}

/** The one place where a call's name, its arguments and the right to write are checked; then the handler answers. */
export function createDoor(options: DoorOptions): Door {
  return {
    async ask(name, args) {
      try {
        return { ok: true, value: await answer(options, name, args) };
      } catch (cause) {
        if (!(cause instanceof AppError)) options.onFault(name, cause);
        return { ok: false, error: toPlainError(cause) };
      }
    },
  };
}

async function answer(options: DoorOptions, name: string, args: unknown): Promise<unknown> {
  if (!isCallName(name)) throw unknownCall(name);
  const parsed = parseArguments(name, args);
  const reason = calls[name].writes ? options.readOnlyReason() : null;
  if (reason !== null) {
    throw new AppError({
      code: 'readOnly',
      message: `${name} would change the workspace, which is open read-only: ${reason}`,
      hint: 'Close the other process, or use another workspace.',
    });
  }
  // The compiler cannot follow that the handler and the arguments belong to the same name.
  const handler = options.handlers[name] as (args: unknown) => unknown;
  return handler(parsed);
}

/** True for a call of the contract. */
export function isCallName(name: string): name is CallName {
  return Object.hasOwn(calls, name);
}

/** The sentence for a call that does not exist. */
export function unknownCall(name: string): AppError {
  const close = nearest(name, Object.keys(calls));
  return new AppError({
    code: 'usage',
    message: `There is no call ${JSON.stringify(name.slice(0, 100))}.`,
    hint: close === null ? 'See preload/contract/calls.ts.' : `Did you mean ${close}?`,
  });
}

function parseArguments(name: CallName, args: unknown): unknown {
  const result = calls[name].args.safeParse(args ?? {});
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw issue
    ? refusal(name, issue)
    : new AppError({ code: 'usage', message: `${name}: malformed arguments.` });
}

/** The sentence for one broken rule: which argument of which call, and what was expected of it. */
function refusal(name: CallName, issue: z.core.$ZodIssue): AppError {
  const path = issue.path.map(String);
  if (issue.code === 'unrecognized_keys') {
    const key = [...path, issue.keys[0] ?? ''].join('.');
    const known = knownKeys(name, path);
    const close = nearest(issue.keys[0] ?? '', known);
    return new AppError({
      code: 'usage',
      message: `${name}: unknown argument ${key}.`,
      hint: close === null ? `Known here: ${known.join(', ') || 'none'}.` : `Did you mean ${close}?`,
    });
  }
  const where = path.length === 0 ? 'the argument' : path.join('.');
  return new AppError({
    code: 'usage',
    message: `${name}: ${where} was refused: ${lowerFirst(issue.message)}.`,
    hint: `Correct ${where}.`,
  });
}

/** Keys of the object schema at a path; empty where the schema is none. */
function knownKeys(name: CallName, path: readonly string[]): readonly string[] {
  let schema: unknown = calls[name].args;
  for (const key of path) schema = shapeOf(schema)[key];
  return Object.keys(shapeOf(schema));
}

function shapeOf(schema: unknown): Readonly<Record<string, unknown>> {
  const { shape, unwrap } = (schema ?? {}) as { shape?: Record<string, unknown>; unwrap?: () => unknown };
  if (shape) return shape;
  return unwrap ? shapeOf(unwrap.call(schema)) : {};
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
