/** What a file's metadata segments held, and the file without them. */
export interface Stripped {
  readonly bytes: Uint8Array;
  /** Kinds of metadata found, such as EXIF, GPS, XMP; empty if there were none. */
  readonly found: readonly string[];
}

/**
 * Removes everything but pixels from a JPEG, PNG or WebP file: EXIF with GPS, XMP, IPTC, comments, texts, times, thumbnails and what
 * follows the end of the picture. Coded pixels stay byte for byte; the orientation stays, as an EXIF segment of nothing else; colour
 * profiles stay, for they change what is seen.
 * @returns null if the file is of another format or damaged, so that it cannot be done without decoding
 */
export function stripMetadata(bytes: Uint8Array): Stripped | null {
  if (bytes[0] === 0xff && bytes[1] === 0xd8) return stripJpeg(bytes);
  if (startsWith(bytes, 0, PNG_MARK)) return stripPng(bytes);
  if (tag(bytes, 0) === 'RIFF' && tag(bytes, 8) === 'WEBP') return stripWebp(bytes);
  return null;
}

const PNG_MARK = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a] as const;
const EXIF = 'Exif\0\0';
const GPS_POINTER = 0x8825;
const ORIENTATION = 0x0112;
/** What a PNG needs to be seen as it is. Everything else (texts, times, EXIF, private chunks) goes. */
const PNG_KEPT = new Set(['IHDR', 'PLTE', 'IDAT', 'IEND', 'tRNS', 'gAMA', 'cHRM', 'sRGB', 'iCCP', 'cICP', 'sBIT', 'bKGD', 'pHYs', 'acTL', 'fcTL', 'fdAT']); // prettier-ignore
const WEBP_KEPT = new Set(['VP8 ', 'VP8L', 'VP8X', 'ALPH', 'ANIM', 'ANMF', 'ICCP']);
/** Flags of VP8X for EXIF and XMP. */
const WEBP_FLAGS = 0x0c;
const WEBP_EXIF_FLAG = 0x08;

function stripJpeg(bytes: Uint8Array): Stripped | null {
  const kept: Uint8Array[] = [];
  const found = new Set<string>();
  let orientation: number | null = null;
  for (let at = 2; at + 4 <= bytes.length;) {
    if (bytes[at] !== 0xff) return null;
    const marker = bytes[at + 1] ?? 0;
    // Any number of fill bytes may stand before a marker.
    if (marker === 0xff) {
      at++;
      continue;
    }
    if (marker === 0xda) {
      const end = endOfJpeg(bytes, at);
      if (end === null) return null;
      if (end < bytes.length) found.add('trailing data');
      const turned = orientation === null ? [] : [jpegExif(orientation)];
      return { bytes: joined([bytes.subarray(0, 2), ...turned, ...kept, bytes.subarray(at, end)]), found: [...found] };
    }
    const length = 2 + (bytes[at + 2] ?? 0) * 256 + (bytes[at + 3] ?? 0);
    if (length < 4 || at + length > bytes.length) return null;
    const content = bytes.subarray(at + 4, at + length);
    if (isKept(marker, content)) kept.push(bytes.subarray(at, at + length));
    else for (const kind of kindsOf(marker, content)) found.add(kind);
    if (marker === 0xe1 && text(content, 6) === EXIF) orientation ??= orientationOf(content.subarray(6));
    at += length;
  }
  return null;
} // prettier-ignore

/** Tables and frames stay, and of the application segments those that say what colours mean: JFIF, ICC profile, Adobe. */
function isKept(marker: number, content: Uint8Array): boolean {
  if (marker === 0xe0) return text(content, 4) === 'JFIF';
  if (marker === 0xe2) return text(content, 11) === 'ICC_PROFILE';
  if (marker === 0xee) return text(content, 5) === 'Adobe';
  return !(marker >= 0xe0 && marker <= 0xef) && marker !== 0xfe;
}

function kindsOf(marker: number, content: Uint8Array): readonly string[] {
  if (marker === 0xfe) return ['comment'];
  if (marker === 0xed) return ['IPTC'];
  if (marker !== 0xe1) return ['application data'];
  if (text(content, 6) !== EXIF) return ['XMP'];
  return holdsGps(content.subarray(6)) ? ['EXIF', 'GPS'] : ['EXIF'];
}

/** Where a JPEG ends: after its end marker, which follows the scans; null if it never comes. */
function endOfJpeg(bytes: Uint8Array, scan: number): number | null {
  for (let at = bytes.indexOf(0xff, scan + 2); at >= 0; at = bytes.indexOf(0xff, at + 1)) {
    const marker = bytes[at + 1] ?? 0;
    if (marker === 0xd9) return at + 2;
    // Metadata between scans is no more than a trick.
    if (marker >= 0xe0 && marker <= 0xfe) return null;
    // Stuffed bytes, restarts and fill bytes belong to the scan; between scans stand tables, whose content is passed over.
    const inScan = marker === 0 || marker === 0xff || (marker >= 0xd0 && marker <= 0xd7);
    if (!inScan) at += 1 + (bytes[at + 2] ?? 0) * 256 + (bytes[at + 3] ?? 0);
  }
  return null;
}

function jpegExif(orientation: number): Uint8Array {
  const exif = exifOf(orientation);
  const length = 2 + EXIF.length + exif.length;
  return joined([Uint8Array.of(0xff, 0xe1, length >> 8, length & 255), latin(EXIF), exif]);
}

function stripPng(bytes: Uint8Array): Stripped | null {
  const kept: Uint8Array[] = [bytes.subarray(0, 8)];
  const found = new Set<string>();
  const view = viewOf(bytes);
  let orientation: number | null = null;
  for (let at = 8; at + 12 <= bytes.length;) {
    const length = view.getUint32(at);
    const name = tag(bytes, at + 4);
    if (at + 12 + length > bytes.length) return null;
    const content = bytes.subarray(at + 8, at + 8 + length);
    if (name === 'eXIf') orientation = orientationOf(content);
    if (PNG_KEPT.has(name)) kept.push(bytes.subarray(at, at + 12 + length));
    else for (const kind of pngKinds(name, content)) found.add(kind);
    at += 12 + length;
    if (name !== 'IEND') continue;
    if (at < bytes.length) found.add('trailing data');
    if (orientation !== null) kept.splice(2, 0, pngChunk('eXIf', exifOf(orientation)));
    return { bytes: joined(kept), found: [...found] };
  }
  return null;
}

function pngKinds(name: string, content: Uint8Array): readonly string[] {
  if (name === 'eXIf') return holdsGps(content) ? ['EXIF', 'GPS'] : ['EXIF'];
  if (name.endsWith('TXt') && text(content, 17) === 'XML:com.adobe.xmp') return ['XMP'];
  return [/^[iz]TXt$|^tEXt$/.test(name) ? 'text' : name === 'tIME' ? 'time' : 'other chunks'];
}

function pngChunk(name: string, content: Uint8Array): Uint8Array {
  const chunk = new Uint8Array(12 + content.length);
  const view = viewOf(chunk);
  view.setUint32(0, content.length);
  chunk.set(latin(name), 4);
  chunk.set(content, 8);
  view.setUint32(8 + content.length, crc32(chunk.subarray(4, 8 + content.length)));
  return chunk;
}

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}

function stripWebp(bytes: Uint8Array): Stripped | null {
  const kept: Uint8Array[] = [];
  const found = new Set<string>();
  const view = viewOf(bytes);
  const end = 8 + view.getUint32(4, true);
  let orientation: number | null = null;
  if (end > bytes.length) return null;
  for (let at = 12; at + 8 <= end;) {
    const length = view.getUint32(at + 4, true);
    const name = tag(bytes, at);
    if (at + 8 + length > end) return null;
    const content = bytes.subarray(at + 8, at + 8 + length);
    // Some writers put the mark of JPEG segments before it.
    const exif = text(content, 6) === EXIF ? content.subarray(6) : content;
    if (name === 'EXIF') orientation = orientationOf(exif);
    if (WEBP_KEPT.has(name)) kept.push(webpChunk(name, content));
    else for (const kind of name === 'EXIF' ? (holdsGps(exif) ? ['EXIF', 'GPS'] : ['EXIF']) : [name === 'XMP ' ? 'XMP' : 'other chunks']) found.add(kind);
    at += 8 + length + (length % 2);
  }
  if (bytes.length > end) found.add('trailing data');
  return { bytes: webpFile(kept, orientation), found: [...found] };
} // prettier-ignore

function webpChunk(name: string, content: Uint8Array): Uint8Array {
  const chunk = new Uint8Array(8 + content.length + (content.length % 2));
  chunk.set(latin(name));
  viewOf(chunk).setUint32(4, content.length, true);
  chunk.set(content, 8);
  return chunk;
}

function webpFile(chunks: readonly Uint8Array[], orientation: number | null): Uint8Array {
  const turned = orientation === null ? [] : [webpChunk('EXIF', exifOf(orientation))];
  const body = joined([latin('WEBP'), ...chunks, ...turned]);
  // The extended header says which chunks there are.
  if (tag(body, 4) === 'VP8X') body[12] = ((body[12] ?? 0) & ~WEBP_FLAGS) | (orientation === null ? 0 : WEBP_EXIF_FLAG);
  const head = new Uint8Array(8);
  head.set(latin('RIFF'));
  viewOf(head).setUint32(4, body.length, true);
  return joined([head, body]);
} // prettier-ignore

/** A TIFF structure that holds an orientation and nothing else. */
function exifOf(orientation: number): Uint8Array {
  return Uint8Array.of(0x4d, 0x4d, 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0); // prettier-ignore
}

/** The orientation of a TIFF structure, 2 to 8; null if it is upright or says nothing. */
function orientationOf(exif: Uint8Array): number | null {
  const value = entriesOf(exif).get(ORIENTATION) ?? 1;
  return value >= 2 && value <= 8 ? value : null;
}

function holdsGps(exif: Uint8Array): boolean {
  return entriesOf(exif).has(GPS_POINTER);
}

/** Tags of the first directory of a TIFF structure, with their values as short numbers. */
function entriesOf(exif: Uint8Array): ReadonlyMap<number, number> {
  const found = new Map<number, number>();
  const little = text(exif, 2) === 'II';
  if (exif.length < 8 || (!little && text(exif, 2) !== 'MM')) return found;
  const view = viewOf(exif);
  const start = view.getUint32(4, little);
  if (start + 2 > exif.length) return found;
  const count = view.getUint16(start, little);
  for (let i = 0; i < count && start + 14 + 12 * i <= exif.length; i++)
    found.set(view.getUint16(start + 2 + 12 * i, little), view.getUint16(start + 10 + 12 * i, little));
  return found;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}

function startsWith(bytes: Uint8Array, at: number, wanted: readonly number[]): boolean {
  return wanted.every((byte, i) => bytes[at + i] === byte);
}

function tag(bytes: Uint8Array, at: number): string {
  return text(bytes.subarray(at), 4);
}

function text(bytes: Uint8Array, length: number): string {
  return String.fromCharCode(...bytes.subarray(0, length));
}

function latin(value: string): Uint8Array {
  return Uint8Array.from(value, (character) => character.charCodeAt(0));
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
