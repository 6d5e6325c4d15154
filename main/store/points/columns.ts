/**
 * Columns of numbers as bytes. Every column is kept exactly, in the smallest of four forms: an arithmetic progression (steps, constant
 * epochs), 32-bit integers, 32-bit floats (what an engine computed) or 64-bit floats.
 * Layout, little-endian: count (Uint32), forms (one byte per column, 12 at most), then the columns, each padded to 8.
 */
const HEADER = 16;
const PROGRESSION = 0;
const INT32 = 1;
const FLOAT32 = 2;
const FLOAT64 = 3;
const BYTES = [16, 4, 4, 8] as const;

const padded = (bytes: number): number => (bytes + 7) & ~7;

/** @param columns all hold at least `count` numbers; only the first `count` are kept */
export function encodeColumns(columns: readonly Float64Array[], count: number): Uint8Array {
  const forms = columns.map((column) => formOf(column, count));
  const sizes = forms.map((form) => columnBytes(form, count));
  const buffer = new ArrayBuffer(HEADER + sizes.reduce((sum, size) => sum + size, 0));
  new Uint32Array(buffer, 0, 1)[0] = count;
  new Uint8Array(buffer, 4).set(forms);
  let offset = HEADER;
  columns.forEach((column, index) => {
    write(buffer, offset, forms[index] ?? FLOAT64, column, count);
    offset += sizes[index] ?? 0;
  });
  return new Uint8Array(buffer);
}

/**
 * Writes numbers [from, to) of the first columns into `targets`, as many as there are, from `at` on.
 * @returns how many numbers that were
 */
export function decodeColumns(
  bytes: Uint8Array,
  targets: readonly Float64Array[],
  at: number,
  from = 0,
  to = Infinity,
): number {
  const { buffer, byteOffset } = aligned(bytes);
  const count = new Uint32Array(buffer, byteOffset, 1)[0] ?? 0;
  const forms = new Uint8Array(buffer, byteOffset + 4, targets.length);
  const end = Math.min(to, count);
  let offset = byteOffset + HEADER;
  targets.forEach((target, index) => {
    const form = forms[index] ?? FLOAT64;
    read(buffer, offset, form, target, at, from, end);
    offset += columnBytes(form, count);
  });
  return Math.max(0, end - from);
}

/** Typed arrays want their bytes at a multiple of 8; small buffers may come from a shared pool. */
function aligned(bytes: Uint8Array): { readonly buffer: ArrayBufferLike; readonly byteOffset: number } {
  return bytes.byteOffset % 8 === 0 ? bytes : new Uint8Array(bytes);
}

function columnBytes(form: number, count: number): number {
  return form === PROGRESSION ? BYTES[PROGRESSION] : padded(count * (BYTES[form] ?? 8));
}

function formOf(column: Float64Array, count: number): number {
  if (isProgression(column, count)) return PROGRESSION;
  let int = true;
  let float = true;
  for (let i = 0; i < count && (int || float); i++) {
    const value = column[i] ?? 0;
    int &&= Object.is(value | 0, value);
    float &&= Object.is(Math.fround(value), value);
  }
  return int ? INT32 : float ? FLOAT32 : FLOAT64;
}

function isProgression(column: Float64Array, count: number): boolean {
  const first = column[0] ?? 0;
  const stride = count > 1 ? (column[1] ?? 0) - first : 0;
  for (let i = 0; i < count; i++) if (!Object.is(first + i * stride, column[i])) return false;
  return true;
}

function write(buffer: ArrayBuffer, offset: number, form: number, column: Float64Array, count: number): void {
  if (form === PROGRESSION) {
    const first = column[0] ?? 0;
    new Float64Array(buffer, offset, 2).set([first, count > 1 ? (column[1] ?? 0) - first : 0]);
  } else if (form === INT32) new Int32Array(buffer, offset, count).set(column.subarray(0, count));
  else if (form === FLOAT32) new Float32Array(buffer, offset, count).set(column.subarray(0, count));
  else new Float64Array(buffer, offset, count).set(column.subarray(0, count));
}

function read(
  buffer: ArrayBufferLike,
  offset: number,
  form: number,
  target: Float64Array,
  at: number,
  from: number,
  end: number,
): void {
  if (form === PROGRESSION) {
    const [first = 0, stride = 0] = new Float64Array(buffer, offset, 2);
    for (let i = from; i < end; i++) target[at + i - from] = first + i * stride;
  } else if (form === INT32) target.set(new Int32Array(buffer, offset, end).subarray(from), at);
  else if (form === FLOAT32) target.set(new Float32Array(buffer, offset, end).subarray(from), at);
  else target.set(new Float64Array(buffer, offset, end).subarray(from), at);
}
