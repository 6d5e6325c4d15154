import type { ReferenceLine } from '../../preload/contract/vocabulary.ts';
import type { Client } from '../client.ts';

/** Conventional lines such as .8, drawn to look by: asked for once, and nothing where they are not told. */
export class ReferenceLines {
  #lines: readonly ReferenceLine[] = $state.raw([]);

  constructor(client: Client) {
    client.call('policies.referenceLines', {}).then(
      (lines) => (this.#lines = lines),
      // Charts are whole without them.
      () => undefined,
    );
  }

  /** Their values for differences or ratios. */
  of(kind: ReferenceLine['kind']): readonly number[] {
    return this.#lines.filter((line) => line.kind === kind).map((line) => line.value);
  }

  /** Where they come from, in words; empty without any. */
  words(kind: ReferenceLine['kind']): string {
    return this.#lines
      .filter((line) => line.kind === kind)
      .map((line) => `${String(line.value).replace(/^0\./, '.')}: ${line.source}`)
      .join('; ');
  }
}
