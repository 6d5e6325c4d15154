import { ByteReader } from './byteReader.ts';
import { invalidData } from './source.ts';
import type { DataSource } from './source.ts';

/** Bounds of an array: beyond them it is refused before any memory is taken. */
export const NPY_BOUNDS = { header: 65_536, rank: 8, items: 100_000_000, itemBytes: 64 << 20 } as const;

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59] as const;
const DESCRIPTION =
  /^\{\s*'descr'\s*:\s*'([<>|=]?)([a-zA-Z])(\d*)'\s*,\s*'fortran_order'\s*:\s*(True|False)\s*,\s*'shape'\s*:\s*\(([\d\s,]*)\)\s*,?\s*\}\s*$/;

type Kind = 'f' | 'i' | 'u' | 'b' | 'U';

/** An open array of NumPy (NEP 1, version 1 to 3), read item by item along its first axis. */
export interface NpyFile {
  readonly path: string;
  readonly shape: readonly number[];
  /** Whether its values are unsigned bytes, as those of pictures are. */
  readonly bytes: boolean;
  /** The next items as raw values, at most `items`; fewer only where the file ends or is damaged. */
  next(items: number): Promise<readonly Uint8Array[]>;
  /** The values of an item that `next` gave. */
  numbers(item: Uint8Array): Float32Array<ArrayBuffer>;
  /** The only value of an item, as text. */
  text(item: Uint8Array): string;
  close(): Promise<void>;
}

/** @throws AppError invalidData: no such array, values that are not numbers or text, column order, too large */
export async function openNpy(source: DataSource, path: string): Promise<NpyFile> {
  const reader = new ByteReader(source.stream(path));
  try {
    return new OpenNpy(path, reader, await headerOf(reader, path));
  } catch (cause) {
    await reader.close();
    throw cause;
  }
}

interface Header {
  readonly kind: Kind;
  readonly width: number;
  readonly little: boolean;
  readonly shape: readonly number[];
}

async function headerOf(reader: ByteReader, path: string): Promise<Header> {
  const start = await reader.read(8);
  if (MAGIC.some((byte, i) => start[i] !== byte))
    throw invalidData(`${path} is not an array of NumPy.`, 'Files of NumPy begin with \\x93NUMPY: save it with numpy.save.'); // prettier-ignore
  const wide = (start[6] ?? 1) >= 2;
  const size = await reader.read(wide ? 4 : 2);
  const length = size.reduceRight((sum, byte) => sum * 256 + byte, 0);
  if (size.length < (wide ? 4 : 2) || length > NPY_BOUNDS.header) throw damaged(path);
  const text = new TextDecoder('latin1').decode(await reader.read(length));
  const match = DESCRIPTION.exec(text);
  if (match === null) throw damaged(path);
  const [, order, letter = '', digits = '', fortran, sides = ''] = match;
  const shape = sides.split(',').map((side) => side.trim()).filter((side) => side !== '').map(Number); // prettier-ignore
  if (fortran === 'True' && shape.length > 1)
    throw invalidData(`${path} is stored column by column (Fortran order).`, 'Save numpy.ascontiguousarray(x).'); // prettier-ignore
  const width = Number(digits) * (letter === 'U' ? 4 : 1);
  return checked({ kind: kindOf(letter, width, path), width, little: order !== '>', shape }, path);
}

function kindOf(letter: string, width: number, path: string): Kind {
  const widths: Readonly<Record<string, readonly number[]>> = { f: [4, 8], i: [1, 2, 4, 8], u: [1, 2, 4, 8], b: [1] }; // prettier-ignore
  if (letter === 'U' && width > 0) return 'U';
  if (widths[letter]?.includes(width)) return letter as Kind;
  if (letter === 'O')
    throw invalidData(
      `${path} holds Python objects, which are never opened.`,
      'Save an array of numbers or of text.',
    );
  throw invalidData(`${path} holds values of the type ${letter}${width}.`, 'Save it as float32, as integers or as text.'); // prettier-ignore
}

function checked(header: Header, path: string): Header {
  const [count = 0, ...sides] = header.shape;
  const item = sides.reduce((product, side) => product * side, header.width);
  const fits = count <= NPY_BOUNDS.items && item <= NPY_BOUNDS.itemBytes && header.shape.length <= NPY_BOUNDS.rank; // prettier-ignore
  if (fits && header.shape.length > 0 && item > 0) return header;
  throw invalidData(
    `${path} announces the shape ${header.shape.join(' x ') || '()'}.`,
    `At most ${NPY_BOUNDS.items} items of ${NPY_BOUNDS.itemBytes} bytes are read.`,
  );
}

function damaged(path: string) {
  return invalidData(`The header of ${path} is damaged.`, 'Save the array again with numpy.save.');
}

class OpenNpy implements NpyFile {
  readonly path: string;
  readonly shape: readonly number[];
  readonly bytes: boolean;
  private readonly reader: ByteReader;
  private readonly header: Header;
  private readonly stride: number;
  private left: number;

  constructor(path: string, reader: ByteReader, header: Header) {
    const [count = 0, ...sides] = header.shape;
    this.path = path;
    this.shape = header.shape;
    this.bytes = header.kind === 'u' && header.width === 1;
    this.reader = reader;
    this.header = header;
    this.left = count;
    this.stride = sides.reduce((product, side) => product * side, header.width);
  }

  async next(items: number): Promise<readonly Uint8Array[]> {
    const bytes = await this.reader.read(Math.min(items, this.left) * this.stride);
    const whole = Math.floor(bytes.length / this.stride);
    this.left -= whole;
    return Array.from({ length: whole }, (_, i) => bytes.subarray(i * this.stride, (i + 1) * this.stride));
  }

  numbers(item: Uint8Array): Float32Array<ArrayBuffer> {
    return Float32Array.from({ length: item.length / this.header.width }, (_, i) => this.valueAt(item, i));
  }

  text(item: Uint8Array): string {
    if (this.header.kind !== 'U') return String(this.valueAt(item, 0));
    const codes = Array.from({ length: item.length / 4 }, (_, i) => this.view(item).getUint32(4 * i, this.header.little)); // prettier-ignore
    return codes.map((code) => (code === 0 || code > 0x10ffff ? '' : String.fromCodePoint(code))).join('');
  }

  close(): Promise<void> {
    return this.reader.close();
  }

  private view(item: Uint8Array): DataView {
    return new DataView(item.buffer, item.byteOffset, item.length);
  }

  private valueAt(item: Uint8Array, index: number): number {
    const { kind, width, little } = this.header;
    const view = this.view(item);
    const at = index * width;
    if (kind === 'f') return width === 4 ? view.getFloat32(at, little) : view.getFloat64(at, little);
    if (width === 1) return kind === 'i' ? view.getInt8(at) : view.getUint8(at);
    if (width === 2) return kind === 'i' ? view.getInt16(at, little) : view.getUint16(at, little);
    if (width === 4) return kind === 'i' ? view.getInt32(at, little) : view.getUint32(at, little);
    return Number(kind === 'i' ? view.getBigInt64(at, little) : view.getBigUint64(at, little));
  }
}
