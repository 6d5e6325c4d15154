/**
 * `node main/serve/withNode.mjs <file.ts | program> [arguments]`: runs it on the Node that npm packages carry, whatever the system's own is.
 * Plain JavaScript, because the system's Node may be too old to run TypeScript. npm links the carried Node as node_modules/.bin/node, but
 * leaves the link out now and then (seen in 2 of 10 installs where several optional packages name the same program), so it is looked for here.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const OLDEST = 24;
const modules = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'node_modules');

/** The carried Node of this platform, or null where no package has one. */
function carriedNode() {
  const name = process.platform === 'win32' ? 'win' : process.platform;
  const program = process.platform === 'win32' ? 'node.exe' : 'node';
  const places = [`node-${name}-${process.arch}`, `node-bin-${name}-${process.arch}`].map((folder) =>
    join(modules, folder, 'bin', program),
  );
  return places.find((place) => existsSync(place)) ?? null;
}

const [target, ...rest] = process.argv.slice(2);
if (target === undefined) {
  console.error('usage: node main/serve/withNode.mjs <file.ts | program> [arguments]');
  process.exit(2);
}
const recent = Number(process.versions.node.split('.')[0]) >= OLDEST;
const node = recent ? process.execPath : carriedNode();
if (node === null) {
  console.error(
    `Pretext needs Node ${OLDEST} or later, this is ${process.version}, and no package carries one for ${process.platform} ${process.arch}. Install Node ${OLDEST}, then run npm ci again.`,
  );
  process.exit(1);
}
process.env.PATH = [dirname(node), join(modules, '.bin'), process.env.PATH].join(delimiter);
if (target.endsWith('.ts') && recent) {
  // Absolute, as Node itself makes it: sources compare it with their own address to know whether they were started.
  process.argv.splice(1, 2, resolve(target));
  await import(pathToFileURL(target).href);
} else {
  const [program, args] = target.endsWith('.ts') ? [node, [target, ...rest]] : [target, rest];
  const child = spawn(program, args, {
    stdio: 'inherit',
    shell: process.platform === 'win32' && !target.endsWith('.ts'),
  });
  // The terminal sends its interrupt to the child as well; this process waits for the child's own end.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    console.error(`${program} could not be started: ${error.message}`);
    process.exit(1);
  });
  child.on('close', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)));
}
