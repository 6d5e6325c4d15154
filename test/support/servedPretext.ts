import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';

/** `pretext serve` running on a workspace of its own. */
export interface ServedPretext {
  /** First address, with its token. */
  readonly url: string;
  readonly workspace: string;
  /** What it has written to standard error so far. */
  log(): string;
  /** Ends it as Ctrl-C does, and removes the workspace. */
  close(): Promise<void>;
}

const answer = z.object({ url: z.string(), port: z.number() });

/** Starts the real server on a temporary workspace and any free port. */
export async function servePretext(): Promise<ServedPretext> {
  const workspace = mkdtempSync(join(tmpdir(), 'pretext-e2e-'));
  const child = spawn(process.execPath, ['main/serve/cli.ts', 'serve', '--json', '--no-open', '--port', '0', '--workspace', workspace], { stdio: ['ignore', 'pipe', 'pipe'] });
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const { url } = await firstAnswer(child, () => errors);
  return {
    url,
    workspace,
    log: () => errors,
    close: async () => {
      const ended = new Promise((resolve) => child.once('close', resolve));
      child.kill('SIGINT');
      await ended;
      rmSync(workspace, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

function firstAnswer(child: ChildProcess, errors: () => string): Promise<z.infer<typeof answer>> {
  return new Promise((resolve, reject) => {
    let output = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      const parsed = answer.safeParse(parseJson(output));
      if (parsed.success) resolve(parsed.data);
    });
    child.once('close', (code) => reject(new Error(`pretext serve ended with ${code ?? 'a signal'} before it answered:\n${output}${errors()}`)));
  });
}

/** The JSON that has arrived whole, or null. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
