import { isMap, isScalar, isSeq, LineCounter, parseDocument, stringify, type Document } from 'yaml';
import { AppError } from '../../preload/contract/errors.ts';
import type { RunConfig } from '../../preload/contract/vocabulary.ts';
import { parseConfig, type ConfigContext } from './runConfig.ts';

/** A config as YAML; `parseConfigText` reads it back as the same config. */
export function configToYaml(config: RunConfig): string {
  return stringify(config, { lineWidth: 100 });
}

/** What a config file says: the config as plain data, and the seeds if it lists several. */
export interface ConfigText {
  readonly config: unknown;
  readonly seeds: readonly number[];
}

/**
 * Reads YAML or JSON text as plain data, unchecked; `seeds: [1, 2, 3]` is taken out.
 * @throws AppError invalidConfig with the line
 */
export function readConfigText(text: string): ConfigText {
  return splitSeeds(toPlain(openDocument(text).document));
}

/**
 * Takes `seeds` out of a config's plain data.
 * @throws AppError invalidConfig if it is not a list of whole numbers
 */
export function splitSeeds(plain: unknown): ConfigText {
  if (plain === null || typeof plain !== 'object' || !('seeds' in plain)) return { config: plain, seeds: [] };
  const { seeds, ...config } = plain;
  const valid = Array.isArray(seeds) && seeds.every((seed) => Number.isInteger(seed) && Number(seed) >= 0);
  if (valid) return { config, seeds: seeds as number[] };
  throw new AppError({
    code: 'invalidConfig',
    message: `seeds is ${JSON.stringify(seeds)}, but must be a list of whole numbers from 0.`,
    hint: 'Write seeds: [1, 2, 3].',
  });
}

/**
 * A complete, valid config from YAML or JSON text.
 * @throws AppError invalidConfig; its sentence begins with the line where the fault stands, if it stands in the text
 */
export function parseConfigText(text: string, context: ConfigContext): RunConfig {
  const { document, lines } = openDocument(text);
  try {
    return parseConfig(splitSeeds(toPlain(document)).config, context);
  } catch (cause) {
    if (!(cause instanceof AppError)) throw cause;
    const line = lineOf(document, lines, faultPath(cause.message));
    throw line === null ? cause : atLine(line, cause.message, cause.hint);
  }
}

/**
 * The text with settings such as `method.params.temperature=0.2` written into it; values are YAML.
 * @throws AppError usage if a setting is not key=value, invalidConfig if the text is malformed
 */
export function withSettings(text: string, settings: readonly string[]): string {
  const { document } = openDocument(text);
  for (const setting of settings) {
    const at = setting.indexOf('=');
    if (at < 1) {
      throw new AppError({
        code: 'usage',
        message: `The setting ${JSON.stringify(setting)} is not key=value.`,
        hint: 'Write for example --set epochs=3.',
      });
    }
    const { document: value } = openDocument(setting.slice(at + 1));
    document.setIn(keysOf(setting.slice(0, at)), toPlain(value));
  }
  return String(document);
}

interface Opened {
  readonly document: Document.Parsed;
  readonly lines: LineCounter;
}

function openDocument(text: string): Opened {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  const [fault] = document.errors;
  if (!fault) return { document, lines };
  throw atLine(
    lines.linePos(fault.pos[0]).line,
    `${fault.message}.`.replace(/\.\.$/, '.'),
    'Correct the YAML there.',
  );
}

function toPlain(document: Document.Parsed): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 }) as unknown;
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new AppError({ code: 'invalidConfig', message: `The config cannot be read: ${message}.` });
  }
}

function atLine(line: number, message: string, hint: string): AppError {
  return new AppError({ code: 'invalidConfig', message: `line ${line}: ${message}`, hint });
}

function keysOf(path: string): (string | number)[] {
  return path.split('.').map((key) => (/^\d+$/.test(key) ? Number(key) : key));
}

/** The config's refusals begin with the path of the fault: that is their form everywhere in this room. */
function faultPath(message: string): (string | number)[] {
  const path = /^(?:Unknown key )?(?:config\.)?([A-Za-z][\w]*(?:\.\w+)*)/.exec(message)?.[1];
  return path === undefined ? [] : keysOf(path);
}

/** Line of the deepest key of a path that stands in the text; null if not even the first does. */
function lineOf(
  document: Document.Parsed,
  lines: LineCounter,
  path: readonly (string | number)[],
): number | null {
  let node: unknown = document.contents;
  let offset: number | null = null;
  for (const key of path) {
    const found = childOf(node, key);
    if (!found) break;
    [node, offset] = found;
  }
  return offset === null ? null : lines.linePos(offset).line;
}

/** The node under a key, and where its key (or, in a list, itself) begins. */
function childOf(node: unknown, key: string | number): [unknown, number] | null {
  if (isMap(node)) {
    const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(key));
    return pair && isScalar(pair.key) ? [pair.value, pair.key.range?.[0] ?? 0] : null;
  }
  if (!isSeq(node) || typeof key !== 'number') return null;
  const item = node.items[key] as { range?: [number, number, number] } | undefined;
  return item ? [item, item.range?.[0] ?? 0] : null;
}
