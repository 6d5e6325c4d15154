import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { whyPackagingFailed } from '../../main/serve/setup/package.ts';

const WITH_NODE = 'main/serve/withNode.mjs';

function run(args: readonly string[]): {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
} {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  return { status, stdout, stderr };
}

describe('withNode', () => {
  it('runs programs and sources on Node 24 or later and hands on arguments and exit codes', () => {
    const version = run([WITH_NODE, 'node', '-p', 'process.versions.node']);
    expect(Number(version.stdout.split('.')[0])).toBeGreaterThanOrEqual(24);
    expect(run([WITH_NODE, 'node', '-e', 'process.exit(7)']).status).toBe(7);
  });

  it('says how it is used', () => {
    expect(run([WITH_NODE])).toMatchObject({
      status: 2,
      stderr: 'usage: node main/serve/withNode.mjs <file.ts | program> [arguments]\n',
    });
  });
});

describe('setup of TensorFlow', () => {
  const setup = (...args: string[]): ReturnType<typeof run> =>
    run([WITH_NODE, 'main/serve/setup/tensorflow.ts', ...args]);

  it('asks where the wheel is', () => {
    expect(setup()).toMatchObject({
      status: 2,
      stderr: 'usage: npm run setup:tensorflow -- --from <site-packages>/tensorflow [--compiler g++]\n',
    });
  });

  it.skipIf(process.platform !== 'linux')('names the first file that a wrong folder lacks', () => {
    const folder = mkdtempSync(join(tmpdir(), 'pretext-wheel-'));
    const { status, stderr } = setup('--from', folder);
    rmSync(folder, { recursive: true });
    expect(status).toBe(1);
    // npm leaves the optional package out where it cannot be had; then that is the sentence.
    expect(stderr).toMatch(
      /c_api\.h is missing: --from must name the tensorflow folder|@tensorflow\/tfjs-node-gpu is not installed/,
    );
  });
});

describe('npm run package', () => {
  it.each([
    [
      '  • packaging\n  ⨯ getaddrinfo ENOTFOUND github.com  failedTask=build stackTrace=RequestError: getaddrinfo ENOTFOUND github.com\n    at x',
      'No installer was made: Electron’s binaries are not in the cache and could not be fetched (ENOTFOUND github.com). Run it once with access to the network, or name a mirror in ELECTRON_MIRROR.',
    ],
    [
      '  ⨯ Invalid configuration object.  failedTask=build\n    at x',
      'No installer was made: electron-builder says: Invalid configuration object.',
    ],
    ['', 'No installer was made: electron-builder says: it gave no reason.'],
  ])('%j becomes one sentence', (output, sentence) => expect(whyPackagingFailed(output)).toBe(sentence));
});
