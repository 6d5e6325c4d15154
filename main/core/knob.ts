import { AppError } from '../../preload/contract/errors.ts';

type Plain = Readonly<Record<string, unknown>> | readonly unknown[];

/**
 * The value under a dotted path of a config; in a list a part may be a place or the id of an entry: `views.resizedCrop.params.scale.0`.
 * Undefined if there is none.
 */
export function valueAt(config: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((value, key) => childOf(value, key), config);
}

/**
 * The config with another value under a path that exists.
 * @throws AppError invalidConfig if nothing stands under the path
 */
export function withValueAt(config: unknown, path: string, value: unknown): unknown {
  if (valueAt(config, path) === undefined)
    throw new AppError({
      code: 'invalidConfig',
      message: `The config has nothing under ${path}.`,
      hint: 'Name a setting such as views.resizedCrop.params.scale.0 or method.params.temperature.',
    });
  return replaced(config, path.split('.'), value);
}

function replaced(config: unknown, path: readonly string[], value: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  const own = config as Plain;
  if (Array.isArray(own)) {
    const place = placeOf(own, key);
    return own.map((item: unknown, at) => (at === place ? replaced(item, rest, value) : item));
  }
  return { ...own, [key]: replaced((own as Readonly<Record<string, unknown>>)[key], rest, value) };
}

function childOf(value: unknown, key: string): unknown {
  if (value === null || typeof value !== 'object') return undefined;
  if (Array.isArray(value)) return (value as readonly unknown[])[placeOf(value, key)];
  return Object.hasOwn(value, key) ? (value as Readonly<Record<string, unknown>>)[key] : undefined;
}

/** The place of a list that a part of a path means; -1 if none. */
function placeOf(list: readonly unknown[], key: string): number {
  if (/^\d+$/.test(key)) return Number(key);
  return list.findIndex((item) => (item as { readonly id?: unknown } | null)?.id === key);
}
