import { describe, expect, it } from 'vitest';
import * as engines from '../../../main/engine/backends/registry.ts';
import { diagnose } from '../../../main/engine/doctor.ts';
import type { EngineEntry } from '../../../main/engine/engine.ts';

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
  it('does not believe a device that computes other numbers', async () => {
    const wrong: EngineEntry = {
      ...engines.onnx,
      async activate(options) {
        const engine = await engines.cpu.activate(options);
        const compile: typeof engine.compile = async (step, signature, name) =>
          engine.compile((state, inputs) => ({ ...step(state, inputs), state: {} }), signature, name);
        return { ...engine, compile };
      },
    };
    const [report] = await diagnose({ wrong });
    expect(report?.works).toBe(false);
    expect(report?.missing).toMatch(/wrong values/);
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
