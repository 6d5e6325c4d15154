import type { HostTensors, Tensors } from '../method.ts';

/** The tensors below `prefix/`, their names without it. */
export function within(tensors: Tensors, prefix: string): Tensors {
  const start = `${prefix}/`;
  return Object.fromEntries(
    Object.entries(tensors).flatMap(([name, tensor]) =>
      name.startsWith(start) ? [[name.slice(start.length), tensor]] : [],
    ),
  );
}

/** The same values with `prefix/` before every name. */
export function prefixed<T extends Tensors | HostTensors>(tensors: T, prefix: string): T {
  return Object.fromEntries(
    Object.entries(tensors).map(([name, tensor]) => [`${prefix}/${name}`, tensor]),
  ) as T;
}
