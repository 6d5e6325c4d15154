/** `pretext`: the command line. */
import { pathToFileURL } from 'node:url';
import { runCommandLine } from './commandLine.ts';
import { addDemo } from './commands/demo.ts';
import { addServe } from './commands/serve.ts';
import { openHouse } from './openHouse.ts';
import { processTerminal } from './terminal.ts';

/** Runs one command line; answers its exit code. */
export function runPretext(args: readonly string[]): Promise<number> {
  return runCommandLine(args, { terminal: processTerminal(), openHouse, more: [addServe, addDemo] });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href)
  process.exitCode = await runPretext(process.argv.slice(2));
