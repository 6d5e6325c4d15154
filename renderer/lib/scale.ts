/** A closed range of numbers. */
export type Domain = readonly [number, number];

/** The smallest domain that holds every finite number given; null if there is none. */
export function extent(values: Iterable<number | null | undefined>): Domain | null {
  let low = Infinity;
  let high = -Infinity;
  for (const value of values) {
    if (value === null || value === undefined || !Number.isFinite(value)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return low <= high ? [low, high] : null;
}

/** Where a value lies in a domain, in per cent of its width, held within 0..100. */
export function place(value: number, domain: Domain): number {
  const width = domain[1] - domain[0];
  if (width <= 0) return 50;
  return Math.min(100, Math.max(0, (100 * (value - domain[0])) / width));
}

/** A domain widened to steps of .1 and held within limits: axes of rates that a reader can compare at a glance. */
export function rounded(domain: Domain | null, limits: Domain): Domain {
  if (!domain) return limits;
  const step = 0.1;
  const low = Math.max(limits[0], Math.floor((domain[0] + 1e-9) / step) * step);
  const high = Math.min(limits[1], Math.ceil((domain[1] - 1e-9) / step) * step);
  return high - low < step - 1e-6 ? limits : [tidy(low), tidy(high)];
}

/** A domain symmetric around 0 that holds every number: the axis of differences. */
export function symmetric(domain: Domain | null): Domain {
  const reach = domain ? Math.max(Math.abs(domain[0]), Math.abs(domain[1])) : 0.1;
  const rounded05 = Math.max(0.05, Math.ceil((reach - 1e-9) / 0.05) * 0.05);
  return [-tidy(rounded05), tidy(rounded05)];
}

function tidy(value: number): number {
  return Number(value.toFixed(6));
}
