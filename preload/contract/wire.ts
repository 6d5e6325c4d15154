import { AppError } from './errors.ts';

/**
 * Plain data and typed arrays as JSON text, for transports that carry text alone (HTTP, server-sent events).
 * A typed array becomes `{ "$wire": "Float64Array", "base64": … }` with its little-endian bytes; NaN and the infinities
 * become `{ "$wire": "NaN" }` and so on; an object that has a key `$wire` of its own is wrapped, so that nothing is ambiguous.
 */

const ARRAYS = {
  Uint8Array,
  Int8Array,
  Uint16Array,
  Int16Array,
  Uint32Array,
  Int32Array,
  Float32Array,
  Float64Array,
} as const;

type ArrayName = keyof typeof ARRAYS;
type WireArray = InstanceType<(typeof ARRAYS)[ArrayName]>;

/** Levels of nesting beyond which a message is a mistake or an attack. */
const MOST_LEVELS = 100;

const TAG = '$wire';
const NUMBERS: Readonly<Record<string, number>> = { NaN, Infinity, '-Infinity': -Infinity };

/** JSON text of plain data and typed arrays; keys whose value is undefined are left out. */
export function encodeWire(value: unknown): string {
  return JSON.stringify(toJson(value)) ?? 'null';
}

/**
 * The value that `encodeWire` was given.
 * @throws AppError usage if the text is not JSON or holds a malformed tag
 */
export function decodeWire(text: string): unknown {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw malformed('the text is not JSON');
  }
  return fromJson(json, 0);
}

function toJson(value: unknown): unknown {
  if (typeof value === 'number' && !Number.isFinite(value)) return { [TAG]: String(value) };
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map(toJson);
  if (ArrayBuffer.isView(value)) return arrayToJson(value);
  const mapped = mapEntries(value, toJson);
  return TAG in mapped ? { [TAG]: 'object', value: mapped } : mapped;
}

function fromJson(value: unknown, level: number): unknown {
  if (value === null || typeof value !== 'object') return value;
  if (level > MOST_LEVELS) throw malformed(`it is nested more than ${MOST_LEVELS} levels deep`);
  const inner = (item: unknown): unknown => fromJson(item, level + 1);
  if (Array.isArray(value)) return value.map(inner);
  const { [TAG]: tag, ...rest } = value as Readonly<Record<string, unknown>>;
  if (tag === undefined) return mapEntries(value, inner);
  if (tag === 'object' && rest['value'] !== null && typeof rest['value'] === 'object')
    return mapEntries(rest['value'], inner);
  if (typeof tag === 'string' && Object.hasOwn(NUMBERS, tag)) return NUMBERS[tag];
  if (isArrayName(tag) && typeof rest['base64'] === 'string') return arrayFrom(tag, rest['base64']);
  throw malformed(`${TAG} is ${JSON.stringify(tag)}, which is not a known tag with its content`);
}

function mapEntries(value: object, change: (item: unknown) => unknown): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, change(item)]));
}

function isArrayName(tag: unknown): tag is ArrayName {
  return typeof tag === 'string' && Object.hasOwn(ARRAYS, tag);
}

function arrayToJson(view: ArrayBufferView): unknown {
  const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  const name = (Object.keys(ARRAYS) as ArrayName[]).find((candidate) => view instanceof ARRAYS[candidate]);
  if (!name) throw malformed(`${view.constructor.name} cannot be sent`);
  return { [TAG]: name, base64: toBase64(bytes) };
}

function arrayFrom(name: ArrayName, base64: string): WireArray {
  const bytes = fromBase64(base64);
  const type = ARRAYS[name];
  if (bytes.byteLength % type.BYTES_PER_ELEMENT !== 0)
    throw malformed(`a ${name} of ${bytes.byteLength} bytes is not whole`);
  return new type(bytes.buffer);
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const CODES = Uint8Array.from(ALPHABET, (letter) => letter.charCodeAt(0));
const VALUES = new Uint8Array(128).fill(255);
CODES.forEach((code, value) => (VALUES[code] = value));
/** Arguments of one `String.fromCharCode` call: below every engine's limit, and a multiple of 4. */
const CHUNK = 0x8000;

/** Base64 with padding (RFC 4648, section 4): browsers' own encoders differ too much in age to rely on. */
function toBase64(bytes: Uint8Array): string {
  const codes = new Uint8Array(Math.ceil(bytes.length / 3) * 4).fill(61);
  for (let from = 0, to = 0; from < bytes.length; from += 3) {
    const left = bytes.length - from;
    const word = ((bytes[from] ?? 0) << 16) | ((bytes[from + 1] ?? 0) << 8) | (bytes[from + 2] ?? 0);
    codes[to++] = CODES[word >> 18] ?? 0;
    codes[to++] = CODES[(word >> 12) & 63] ?? 0;
    if (left > 1) codes[to++] = CODES[(word >> 6) & 63] ?? 0;
    if (left > 2) codes[to++] = CODES[word & 63] ?? 0;
  }
  let text = '';
  for (let start = 0; start < codes.length; start += CHUNK)
    text += String.fromCharCode(...codes.subarray(start, start + CHUNK));
  return text;
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  if (text.length % 4 !== 0) throw malformed('the base64 text is cut off');
  const bytes = new Uint8Array((text.length / 4) * 3 - padding);
  for (let from = 0, to = 0; from < text.length; from += 4) {
    const last = from + 4 === text.length;
    const word =
      (sextet(text, from) << 18) |
      (sextet(text, from + 1) << 12) |
      (last && padding === 2 ? 0 : sextet(text, from + 2) << 6) |
      (last && padding > 0 ? 0 : sextet(text, from + 3));
    // Writes past the end (of padded bytes) are ignored by typed arrays.
    bytes[to++] = word >> 16;
    bytes[to++] = (word >> 8) & 255;
    bytes[to++] = word & 255;
  }
  return bytes;
}

function sextet(text: string, at: number): number {
  const value = VALUES[text.charCodeAt(at)] ?? 255;
  if (value === 255) throw malformed('the base64 text holds a foreign character');
  return value;
}

function malformed(what: string): AppError {
  return new AppError({
    code: 'usage',
    message: `Malformed message: ${what}.`,
    hint: 'Send what encodeWire makes.',
  });
}
