import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as prettier from 'prettier';
import { engineCatalog } from '../../main/engine/catalog.ts';

const target = fileURLToPath(new URL('../../main/api/catalog.generated.ts', import.meta.url));

/** The generated module as text: the engine's registries as data, so that main never loads TensorFlow.js. */
export async function catalogSource(): Promise<string> {
  const source = `import type { Catalog } from '../../preload/contract/vocabulary.ts';

// Written by \`npm run catalog\`; a test proves it current. Do not edit.

/** The engine's part of the catalog; the first entry of each list is the default. */
export const engineCatalog = ${JSON.stringify(engineCatalog(), null, 2)} as const satisfies Pick<
  Catalog,
  'methods' | 'views' | 'encoders' | 'finetunes' | 'optimizers' | 'schedules' | 'engines'
>;
`;
  const options = await prettier.resolveConfig(target);
  return prettier.format(source, { ...options, plugins: [], filepath: target });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(target, await catalogSource());
  process.stdout.write(`Wrote ${target}\n`);
}
