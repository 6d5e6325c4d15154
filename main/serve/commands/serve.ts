import type { Command } from 'commander';
import { AppError } from '../../../preload/contract/errors.ts';
import { openBrowser } from '../browser.ts';
import type { CommandLine, EveryOption } from '../commandLine.ts';
import { newToken } from '../guard.ts';
import { openHttpDoor, type HttpDoor } from '../http.ts';
import { pagesFolder } from '../places.ts';
import { toJsonText } from '../terminal.ts';
import { wholeOf } from './options.ts';

/** The usual port: the same address each time lets the browser keep what it remembers of the interface. */
const USUAL_PORT = 4180;

interface ServeFlags extends EveryOption {
  readonly port?: number;
  readonly open: boolean;
}

/** `pretext serve`: the interface in a browser, on loopback alone, until it is interrupted. */
export function addServe(program: Command, line: CommandLine): void {
  program
    .command('serve')
    .description('serve the interface on this machine’s loopback address')
    .option('--port <port>', `port; ${USUAL_PORT} or else any if left out, 0 for any`, wholeOf)
    .option('--no-open', 'do not open a browser')
    .action((_options: unknown, command: Command) => serve(line, command.optsWithGlobals<ServeFlags>()));
}

async function serve(line: CommandLine, { port, open, json = false, workspace }: ServeFlags): Promise<void> {
  const { terminal } = line;
  const house = await line.openHouse({ workspace: workspace ?? null, trains: true, windows: true });
  const interrupted = new Promise<void>((resolve) => terminal.onInterrupt(resolve));
  const http = await openDoor(line, port, house).catch(async (cause: unknown) => {
    await house.close();
    throw cause;
  });
  const info = await house.bridge.call('workspace.info', {});
  const opened = open && (await openBrowser(http.url));
  if (json)
    terminal.out(toJsonText({ url: http.url, port: http.port, workspace: info.ok ? info.value.path : null }));
  else
    terminal.out(
      `Pretext is at ${http.url}\n${opened ? 'It was opened in your browser. ' : ''}Ctrl-C ends it.\n`,
    );
  if (info.ok && info.value.readOnly)
    terminal.err(`The workspace is open read-only: ${info.value.readOnlyReason ?? ''}\n`);
  await interrupted;
  terminal.err('Leaving: what trains is saved where it stands and goes on at the next start.\n');
  await http.close();
  await house.close();
}

type OpenedHouse = Awaited<ReturnType<CommandLine['openHouse']>>;

async function openDoor(line: CommandLine, port: number | undefined, house: OpenedHouse): Promise<HttpDoor> {
  const options = { door: house.door, events: house.events, pages: pagesFolder(), token: newToken() };
  try {
    return await openHttpDoor({ ...options, port: port ?? USUAL_PORT });
  } catch (cause) {
    if (port !== undefined || !(cause instanceof AppError)) throw cause;
    line.terminal.err(`${cause.message} Another one is taken.\n`);
    return openHttpDoor({ ...options, port: 0 });
  }
}
