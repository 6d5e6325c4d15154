import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeWire } from '../../preload/contract/wire.ts';

const folder = mkdtempSync(join(tmpdir(), 'pretext-process-'));
const workspace = join(folder, 'workspace');
const children: ChildProcess[] = [];

interface Process {
  readonly child: ChildProcess;
  readonly said: { out: string; err: string };
  readonly ended: Promise<number | null>;
}

/** `pretext …` as a process of its own. */
function pretext(...args: string[]): Process {
  const child = spawn(process.execPath, ['main/serve/cli.ts', '--workspace', workspace, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  const said = { out: '', err: '' };
  child.stdout.on('data', (chunk: Buffer) => (said.out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (said.err += chunk.toString()));
  return { child, said, ended: new Promise((resolve) => child.on('close', resolve)) };
}

async function serve(): Promise<Process & { readonly url: string }> {
  const server = pretext('serve', '--port', '0', '--no-open', '--json');
  while (!server.said.out.includes('}')) {
    if (server.child.exitCode !== null) throw new Error(server.said.err);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return { ...server, url: (JSON.parse(server.said.out) as { url: string }).url };
}

let server: Awaited<ReturnType<typeof serve>>;
beforeAll(async () => (server = await serve()));
afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(folder, { recursive: true });
});

describe('pretext serve', () => {
  it('says where it is, with a token, and keeps its workspace to the user', () => {
    expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]{43}$/);
    expect(statSync(workspace).mode & 0o777).toBe(0o700);
  });

  it('answers a browser that came with the token', async () => {
    const first = await fetch(server.url);
    const cookie = (first.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
    const origin = new URL(server.url).origin;
    const reply = await fetch(`${origin}/api/call/workspace.info`, {
      method: 'POST',
      headers: { cookie, origin, 'content-type': 'application/json' },
      body: '{}',
    });
    expect(decodeWire(await reply.text())).toMatchObject({
      ok: true,
      value: { path: workspace, host: 'serve', readOnly: false },
    });
    expect(
      (
        await fetch(`${origin}/api/call/workspace.info`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: '{}',
        })
      ).status,
    ).toBe(403);
  });

  it('lets other commands read its workspace, and tells them who writes it', async () => {
    const reading = pretext('dataset', 'list', '--json');
    expect([await reading.ended, JSON.parse(reading.said.out)]).toEqual([0, []]);
    const writing = pretext('dataset', 'import', 'builtin:coloured-digits', '--limit', '1000');
    expect(await writing.ended).toBe(1);
    expect(writing.said.out).toBe('');
    expect(writing.said.err).toContain(
      'datasets.import would change the workspace, which is open read-only: ',
    );
    expect(writing.said.err).toContain(`process ${server.child.pid}`);
  });

  it('ends in order when it is asked to', async () => {
    server.child.kill('SIGTERM');
    expect(await server.ended).toBe(0);
    expect(server.said.err).toContain('Leaving');
    const after = pretext('dataset', 'import', 'builtin:coloured-digits', '--limit', '1000', '--json');
    expect(await after.ended).toBe(0);
    expect(JSON.parse(after.said.out)).toMatchObject({ reader: 'colouredDigits' });
  });

  it('says in one sentence when a port is taken', async () => {
    const other = await serve();
    const second = pretext('serve', '--no-open', '--port', new URL(other.url).port);
    expect(await second.ended).toBe(1);
    expect(second.said.err).toMatch(
      /^Port \d+ cannot be used: .*\nChoose another with --port, or 0 for any\.\n$/,
    );
  });
});
