import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openPacked } from '../../main/trainer/datasetReader.ts';
import { energyCounter } from '../../main/trainer/energy.ts';
import { npyHeader } from '../../main/trainer/npy.ts';
import { writeWhole } from '../../main/trainer/writtenFile.ts';
import { folder, tinyFiles } from './job.ts';

describe('packed samples', () => {
  it('are the same from memory and from the file', () => {
    const files = tinyFiles(folder());
    const [memory, file] = [openPacked(files, 192), openPacked(files, 192, 0)];
    expect(file.read([5, 0, 95])).toEqual(memory.read([5, 0, 95]));
    expect(memory.read([5]).length).toBe(192);
    file.close();
  });
  it('are refused when the file is cut short', () => {
    const files = tinyFiles(folder());
    expect(() => openPacked({ ...files, count: 97 }, 192)).toThrow(/cut short/);
  });
});

describe('files', () => {
  it('appear whole under their name and leave nothing else', () => {
    const directory = folder();
    writeWhole(directory, 'a.bin', [Uint8Array.of(1, 2), Uint8Array.of(3)]);
    expect(readdirSync(directory)).toEqual(['a.bin']);
  });
  it('of NumPy start with a header of 64 bytes or a multiple', () => {
    for (const shape of [[3], [10_000, 128], [1, 2, 3]]) {
      const header = npyHeader(shape);
      expect(header.length % 64).toBe(0);
      expect(header.at(-1)).toBe(10);
      expect(header[8]).toBe(header.length - 10);
    }
  });
});

describe('the energy counter', () => {
  const packages = (directory: string, microjoules: number): void => {
    mkdirSync(join(directory, 'intel-rapl:0'), { recursive: true });
    writeFileSync(join(directory, 'intel-rapl:0', 'energy_uj'), `${microjoules}\n`);
    writeFileSync(join(directory, 'intel-rapl:0', 'max_energy_range_uj'), '10000000\n');
  };
  it('adds up joules of whole packages over the counter’s restart', () => {
    const directory = folder();
    packages(directory, 9_000_000);
    mkdirSync(join(directory, 'intel-rapl:0:1'));
    const read = energyCounter(directory);
    expect(read()).toBe(0);
    packages(directory, 500_000);
    expect(read()).toBeCloseTo(1.5, 9);
  });
  it('is undefined where the machine has none', () => {
    expect(energyCounter(join(folder(), 'absent'))()).toBeNull();
  });
});
