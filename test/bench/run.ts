/** `npm run bench -- <name> [arguments]`: runs one of the measuring scripts beside this file; without a name, lists them. */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

/** Scripts read arguments or print from their top level; what only serves them does not. */
const isScript = (file: string): boolean =>
  file.endsWith('.ts') &&
  file !== basename(import.meta.filename) &&
  /parseArgs|process\.argv|^console/m.test(readFileSync(join(import.meta.dirname, file), 'utf8'));

const names = readdirSync(import.meta.dirname)
  .filter(isScript)
  .map((file) => basename(file, '.ts'))
  .sort();
const [name, ...rest] = process.argv.slice(2);
if (name === undefined || !names.includes(name)) {
  console.error(`usage: npm run bench -- <${names.join(' | ')}> [arguments]`);
  process.exit(2);
}
process.exitCode =
  spawnSync(process.execPath, [join(import.meta.dirname, `${name}.ts`), ...rest], { stdio: 'inherit' })
    .status ?? 1;
