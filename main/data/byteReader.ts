/** Takes a stream of pieces of any size apart into pieces of the size wanted. */
export class ByteReader {
  private readonly iterator: AsyncIterator<Uint8Array>;
  private rest: Uint8Array = new Uint8Array(0);
  /** What broke the stream off, such as damaged gzip data; what came before it can still be read. */
  failure: unknown = null;

  constructor(stream: AsyncIterable<Uint8Array>) {
    this.iterator = stream[Symbol.asyncIterator]();
  }

  /** The next `length` bytes; fewer only at the end of the stream or where it failed. */
  async read(length: number): Promise<Uint8Array> {
    if (this.rest.length >= length) return this.take(length);
    const pieces: Uint8Array[] = [this.rest];
    let have = this.rest.length;
    while (have < length) {
      const next = await this.next();
      if (next === null) break;
      pieces.push(next);
      have += next.length;
    }
    this.rest = joined(pieces, have);
    return this.take(Math.min(length, have));
  }

  /** Lets go of the stream before its end. */
  async close(): Promise<void> {
    await this.iterator.return?.();
  }

  private async next(): Promise<Uint8Array | null> {
    if (this.failure !== null) return null;
    try {
      const result = await this.iterator.next();
      return result.done ? null : result.value;
    } catch (cause) {
      this.failure = cause;
      return null;
    }
  }

  private take(length: number): Uint8Array {
    const taken = this.rest.subarray(0, length);
    this.rest = this.rest.subarray(length);
    return taken;
  }
}

function joined(pieces: readonly Uint8Array[], length: number): Uint8Array {
  const all = new Uint8Array(length);
  let offset = 0;
  for (const piece of pieces) {
    all.set(piece, offset);
    offset += piece.length;
  }
  return all;
}
