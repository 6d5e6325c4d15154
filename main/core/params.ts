import { AppError } from '../../preload/contract/errors.ts';
import type { ParamSpec, ParamSpecs, Params, ParamValue } from '../../preload/contract/vocabulary.ts';
import { nearest } from './nearest.ts';

type FloatSpec = Extract<ParamSpec, { kind: 'float' }>;
type IntSpec = Extract<ParamSpec, { kind: 'int' }>;
type RangeSpec = Extract<ParamSpec, { kind: 'range' }>;
type Limits<S> = Omit<S, 'kind' | 'default'>;

/** A real parameter; the default is written here and nowhere else. */
export function float(value: number, limits: Limits<FloatSpec>): FloatSpec {
  return { kind: 'float', default: value, ...limits };
}

/** A whole-number parameter. */
export function int(value: number, limits: Limits<IntSpec>): IntSpec {
  return { kind: 'int', default: value, ...limits };
}

/** A yes/no parameter. */
export function bool(value: boolean, doc: string): Extract<ParamSpec, { kind: 'bool' }> {
  return { kind: 'bool', default: value, doc };
}

/** One of several words. */
export function choice<const O extends readonly string[]>(value: O[number], options: O, doc: string) {
  return { kind: 'choice', default: value, options, doc } as const;
}

/** A pair low..high. */
export function range(value: readonly [number, number], limits: Limits<RangeSpec>): RangeSpec {
  return { kind: 'range', default: value, ...limits };
}

/** The TypeScript type of the values of a specification. */
export type ParamsOf<S extends ParamSpecs> = {
  readonly [K in keyof S]: S[K] extends { kind: 'float' | 'int' }
    ? number
    : S[K] extends { kind: 'bool' }
      ? boolean
      : S[K] extends { kind: 'range' }
        ? readonly [number, number]
        : S[K] extends { kind: 'choice'; options: infer O extends readonly string[] }
          ? O[number]
          : never;
};

/** Every default of a specification. */
export function defaultsOf(specs: ParamSpecs): Params {
  return Object.fromEntries(Object.entries(specs).map(([key, spec]) => [key, spec.default]));
}

/**
 * Checks given values against a specification and fills in defaults.
 * @param where path of the parameters in the config, for the message
 * @throws AppError invalidConfig naming the key, the value, the range and the nearest known key
 */
export function parseParams(
  specs: ParamSpecs,
  given: Readonly<Record<string, unknown>>,
  where: string,
): Params {
  for (const key of Object.keys(given)) {
    if (!(key in specs)) throw unknownKey(key, Object.keys(specs), where);
  }
  return Object.fromEntries(
    Object.entries(specs).map(([key, spec]) => [
      key,
      key in given ? parseValue(spec, given[key], `${where}.${key}`) : spec.default,
    ]),
  );
}

/** The refusal of a key that nobody knows. */
export function unknownKey(key: string, known: readonly string[], where: string): AppError {
  const close = nearest(key, known);
  return new AppError({
    code: 'invalidConfig',
    message: `Unknown key ${where}.${key}.`,
    hint:
      close === null
        ? `Known keys: ${known.join(', ') || 'none'}.`
        : `Did you mean ${where}.${close}? Known keys: ${known.join(', ')}.`,
  });
}

function parseValue(spec: ParamSpec, value: unknown, path: string): ParamValue {
  switch (spec.kind) {
    case 'float':
      return parseNumber(spec, value, path, false);
    case 'int':
      return parseNumber(spec, value, path, true);
    case 'bool':
      if (typeof value === 'boolean') return value;
      throw wrong(path, value, 'true or false');
    case 'choice':
      if (typeof value === 'string' && spec.options.includes(value)) return value;
      throw wrong(path, value, `one of ${spec.options.join(', ')}`);
    case 'range':
      return parseRange(spec, value, path);
  }
}

function parseNumber(spec: FloatSpec | IntSpec, value: unknown, path: string, whole: boolean): number {
  const fits =
    typeof value === 'number' &&
    value >= spec.min &&
    value <= spec.max &&
    (!whole || Number.isInteger(value));
  if (fits) return value;
  throw wrong(path, value, `${whole ? 'a whole number' : 'a number'} from ${spec.min} to ${spec.max}`);
}

function parseRange(spec: RangeSpec, value: unknown, path: string): readonly [number, number] {
  if (Array.isArray(value) && value.length === 2) {
    const [low, high]: unknown[] = value;
    if (
      typeof low === 'number' &&
      typeof high === 'number' &&
      low <= high &&
      low >= spec.min &&
      high <= spec.max
    )
      return [low, high];
  }
  throw wrong(path, value, `a pair [low, high] with ${spec.min} <= low <= high <= ${spec.max}`);
}

function wrong(path: string, value: unknown, expected: string): AppError {
  return new AppError({
    code: 'invalidConfig',
    message: `${path} is ${JSON.stringify(value) ?? 'undefined'}, but must be ${expected}.`,
    hint: `Set ${path} to ${expected}.`,
  });
}
