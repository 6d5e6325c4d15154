import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as engines from '../../../main/engine/backends/registry.ts';
import { activateTried, diagnose } from '../../../main/engine/doctor.ts';
import type { EngineEntry, StepFunction } from '../../../main/engine/engine.ts';

/** An entry whose engine is the reference in the name of another device, its steps changed. */
function pretending(changed: (step: StepFunction) => StepFunction): EngineEntry {
  return {
    ...engines.onnx,
    async activate({ device, threads }) {
      const engine = await engines.cpu.activate({ device: 'cpu', threads });
      const compile: typeof engine.compile = (step, signature, name) =>
        engine.compile(changed(step), signature, name);
      return { ...engine, device, compile };
    },
  };
}

describe('the doctor', () => {
  it('finds onnx and the reference working, and says of every other engine what is missing and how to get it', async () => {
    const reports = await diagnose();
    expect(reports.map(({ id }) => id).sort()).toEqual(Object.keys(engines).sort());
    const works = (id: string): boolean | undefined => reports.find((report) => report.id === id)?.works;
    expect([works('onnx'), works('cpu')]).toEqual([true, true]);
    expect(reports[0]?.id).toBe('onnx');
    expect(reports.at(-1)?.id).toBe('cpu');
    for (const report of reports.filter((candidate) => !candidate.works)) {
      expect(report.missing).not.toBe('');
      expect(report.howToGet).not.toBe('');
    }
    for (const device of reports.flatMap(({ devices }) => devices))
      expect(device.works || device.missing !== '').toBe(true);
  });
  it('does not believe a device that computes other numbers, says what to do, and no run may use it', async () => {
    const wrong = pretending((step) => (state, inputs) => ({ ...step(state, inputs), state: {} }));
    const [report] = await diagnose({ wrong });
    expect(report?.works).toBe(false);
    expect(report?.missing).toMatch(/wrong values: off by [\d.]+\. Update .* driver/);
    await expect(activateTried(wrong, { device: 'webgpu', threads: 0 })).rejects.toThrow(
      /not used on webgpu: It computes wrong values/,
    );
  });
  it('repeats what a device said that failed', async () => {
    const silent: EngineEntry = {
      ...engines.onnx,
      activate: () =>
        Promise.reject(new Error('/x/context.cc:136 f() ok was false. Failed to get an adapter\nmore')),
    };
    const [report] = await diagnose({ silent });
    expect(report?.missing).toContain('(It said: Failed to get an adapter)');
  });
  it('lets a run use a device that repeats the reference', async () => {
    const right = pretending((step) => step);
    expect((await activateTried(right, { device: 'webgpu', threads: 0 })).device).toBe('webgpu');
  });
});

describe('engines that cannot start', () => {
  it('say which device is unknown', async () => {
    await expect(engines.onnx.activate({ device: 'abacus', threads: 0 })).rejects.toThrow(/no device abacus/);
  });
  it.each([engines.tensorflow, engines.wasm])('$id: activation says what the probe says', async (entry) => {
    const report = await entry.probe();
    if (report.works) {
      expect((await entry.activate({ device: report.devices[0]?.id ?? '', threads: 0 })).id).toBe(entry.id);
      return;
    }
    await expect(entry.activate({ device: 'cpu', threads: 0 })).rejects.toThrow(report.missing);
  });
});

describe('the sources of engines', () => {
  it('name nothing `require`, which the bundler’s own would clash with', () => {
    const folder = new URL('../../../main/engine/backends/', import.meta.url);
    for (const name of readdirSync(folder))
      expect(readFileSync(new URL(name, folder), 'utf8'), name).not.toMatch(/\b(const|let|var) require\b/);
  });
});
