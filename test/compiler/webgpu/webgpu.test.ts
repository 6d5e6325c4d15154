import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { webGpuDevice } from '../../support/softwareVulkan.ts';
import { deviceCases, unlike } from './cases.ts';

const gpu = await webGpuDevice();
if (gpu === null) console.log('skipped: kernels on WebGPU, because no software Vulkan device is installed');
afterAll(() => gpu?.remove());

let results: Readonly<Record<string, number | string>> = {};

/** The process finds the device only in the surroundings that it starts with. */
function compared(): Promise<Record<string, number | string>> {
  const script = fileURLToPath(new URL('./process.ts', import.meta.url));
  const child = spawn(process.execPath, [script], {
    env: { ...process.env, ...gpu?.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [output, errors] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve(JSON.parse(output) as Record<string, number | string>);
      else reject(new Error(`The process on WebGPU ended with ${String(code)}: ${errors.slice(-2000)}`));
    });
  });
}

const names = deviceCases.map(({ family, kernelCase }) => `${family}: ${kernelCase.name}`);

describe.skipIf(gpu === null)(
  `kernels and gradients on WebGPU (${gpu?.name ?? 'skipped: no software Vulkan device is installed'})`,
  () => {
    beforeAll(async () => {
      results = await compared();
    }, 600_000);

    test.each(names.filter((name) => !(name in unlike)))('%s is the processor’s', (name) => {
      expect(results[name]).toEqual(expect.any(Number));
      expect(results[name]).toBeLessThan(2e-3);
    });

    // Another driver may well do better.
    const inSoftware = gpu?.name.startsWith('SwiftShader') ?? false;
    test.skipIf(!inSoftware).each(Object.entries(unlike))('%s differs still: %s', (name) => {
      const result = results[name];
      expect(
        typeof result === 'string' || (typeof result === 'number' && result > 2e-3),
        String(result),
      ).toBe(true);
    });
  },
);
