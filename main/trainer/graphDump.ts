import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Inspection } from '../engine/engine.ts';

/** The environment variable that names the folder; set by `pretext run --dump-graph`. */
const FOLDER = 'PRETEXT_DUMP_GRAPH';

/**
 * Writes every step that is compiled from now on as `<name>.txt`, what each pass did and both graphs, and `<name>.onnx`, the model for other viewers.
 * A second step of one name, as of another batch size, is numbered.
 * @returns undefined where nobody asked for it
 */
export function graphDump(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): ((inspection: Inspection) => void) | undefined {
  const folder = environment[FOLDER];
  if (!folder) return undefined;
  const written = new Map<string, number>();
  return ({ name, text, model }) => {
    const plain = name.replace(/[^\w.-]+/g, '-');
    const count = (written.get(plain) ?? 0) + 1;
    written.set(plain, count);
    const file = join(folder, count === 1 ? plain : `${plain}-${count}`);
    mkdirSync(folder, { recursive: true });
    writeFileSync(`${file}.txt`, text);
    writeFileSync(`${file}.onnx`, model);
  };
}
