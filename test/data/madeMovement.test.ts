import { describe, expect, it } from 'vitest';
import { GROUP_STRENGTH, madeMovement } from '../../main/data/readers/madeMovement.ts';
import type { Example } from '../../main/data/readers/reader.ts';
import { openSource } from '../../main/data/fsSource.ts';

async function examples(options = {}): Promise<readonly Example[]> {
  const source = await openSource('builtin:made-movement');
  expect(await madeMovement.accepts(source)).toBe(1);
  expect(await source.list()).toEqual([]);
  const reading = await madeMovement.read(source, { limit: 400, ...options });
  const found: Example[] = [];
  for await (const row of reading.rows) if (row.kind === 'example') found.push(row);
  return found;
}

const valuesOf = ({ bytes }: Example): Float32Array => new Float32Array(new Uint8Array(bytes).buffer);
const deviation = (values: Float32Array): number => {
  const forward = values.filter((_, i) => i % 3 === 0);
  const mean = forward.reduce((sum, value) => sum + value, 0) / forward.length;
  return Math.sqrt(forward.reduce((sum, value) => sum + (value - mean) ** 2, 0) / forward.length);
};
const mean = (list: readonly number[]): number => list.reduce((sum, value) => sum + value, 0) / list.length;

describe('made movements', () => {
  it('are the same for the same seed, others for another', async () => {
    const first = await examples();
    expect(first.length).toBe(400);
    expect(await examples()).toEqual(first);
    expect((await examples({ seed: 2 })).map(valuesOf)).not.toEqual(first.map(valuesOf));
  });
  it('have the effects that the card states: of class, of group under equal noise, and of people', async () => {
    const all = await examples();
    const of = (movement: string, worn: string): number =>
      mean(all.filter(({ targets, sensitive }) => targets[0] === movement && sensitive[0] === worn).map((example) => deviation(valuesOf(example)))); // prettier-ignore
    expect(of('running', 'wrist')).toBeGreaterThan(1.5 * of('walking', 'wrist'));
    expect(of('still', 'ankle')).toBeCloseTo(of('still', 'wrist'), 1);
    const signal = (value: number): number => Math.sqrt(value ** 2 - 0.35 ** 2);
    expect(signal(of('running', 'ankle')) / signal(of('running', 'wrist'))).toBeCloseTo(GROUP_STRENGTH, 1);
    const people = new Map<string, number[]>();
    for (const example of all.filter(
      ({ targets, sensitive }) => targets[0] === 'running' && sensitive[0] === 'wrist',
    ))
      people.set(example.subject ?? '', [
        ...(people.get(example.subject ?? '') ?? []),
        deviation(valuesOf(example)),
      ]);
    const within = mean([...people.values()].map((list) => Math.max(...list) - Math.min(...list)));
    const means = [...people.values()].map(mean);
    expect(Math.max(...means) - Math.min(...means)).toBeGreaterThan(within);
  });
  it('are shared by groups as asked, every movement alike, every person in one group', async () => {
    const all = await examples({ minorityShare: 0.25 });
    const ankle = all.filter(({ sensitive }) => sensitive[0] === 'ankle');
    expect(ankle.length).toBe(100);
    expect(new Set(ankle.map(({ subject }) => subject)).size).toBe(5);
    for (const movement of ['still', 'walking', 'stairs', 'running'])
      expect(ankle.filter(({ targets }) => targets[0] === movement).length).toBe(25);
  });
  it('are previewed in words, and options out of range are refused', async () => {
    const source = await openSource('builtin:made-movement');
    const { thumbnails, suggestion } = await madeMovement.preview(source, {});
    expect(thumbnails.items[0]?.text).toMatch(/^96 steps: forward/);
    expect(suggestion).toMatchObject({ label: 'movement', sensitive: ['worn'] });
    await expect(madeMovement.preview(source, { limit: 5 })).rejects.toThrow(/limit is 5/);
    await expect(source.read('x', 0, 1)).rejects.toThrow(/does not exist/);
  });
});
