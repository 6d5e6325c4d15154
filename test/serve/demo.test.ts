import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { DemoResult } from '../../main/serve/demo.ts';

const folder = mkdtempSync(join(tmpdir(), 'pretext-demo-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('pretext demo', () => {
  it('finds the known answer in one seed and writes its reports', { timeout: 400_000 }, () => {
    const out = join(folder, 'out');
    const done = spawnSync(
      process.execPath,
      ['main/serve/cli.ts', 'demo', '--seeds', '1', '--out', out, '--json'],
      { encoding: 'utf8' },
    );
    expect(done.status, done.stderr).toBe(0);
    const { answers, files, workspace, seconds } = JSON.parse(done.stdout) as DemoResult;
    console.log(`The demo with one seed took ${seconds.toFixed(1)} s.`);
    expect(answers).toHaveLength(1);
    const [answer] = answers;
    expect(answer).toMatchObject({ seed: 1, excludesZero: true });
    expect(answer?.difference.low ?? 0).toBeGreaterThan(0);
    expect(workspace).toBe(join(out, 'workspace'));
    expect(files).toEqual(
      ['report.html', 'report.json', 'methods.html', 'methods.json'].map((name) => join(out, name)),
    );
    const html = readFileSync(join(out, 'report.html'), 'utf8');
    expect(html).toContain('conflicting');
    expect(html).not.toMatch(/<script[^>]+src=|<link[^>]+href="https?:/);
  });
});
