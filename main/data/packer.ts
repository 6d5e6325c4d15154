import type { ArtefactFile, ArtefactSink, ArtefactWriter } from '../core/datasetFiles.ts';

const CHUNK_BYTES = 4 << 20;

/** Gathers small pieces into large writes; what is given may be changed by its owner afterwards. */
export class Packer {
  private readonly sink: ArtefactSink;
  private readonly chunk = new Uint8Array(CHUNK_BYTES);
  private used = 0;

  private constructor(sink: ArtefactSink) {
    this.sink = sink;
  }

  static async open(writer: ArtefactWriter): Promise<Packer> {
    return new Packer(await writer.create());
  }

  async add(bytes: Uint8Array): Promise<void> {
    if (this.used + bytes.length > CHUNK_BYTES) await this.flush();
    if (bytes.length > CHUNK_BYTES) return this.sink.write(bytes.slice());
    this.chunk.set(bytes, this.used);
    this.used += bytes.length;
  }

  async finish(): Promise<ArtefactFile> {
    await this.flush();
    return this.sink.finish();
  }

  abort(): Promise<void> {
    return this.sink.abort();
  }

  private async flush(): Promise<void> {
    if (this.used > 0) await this.sink.write(this.chunk.slice(0, this.used));
    this.used = 0;
  }
}

/** Writes one artefact that is in memory already. */
export async function writeArtefact(writer: ArtefactWriter, bytes: Uint8Array): Promise<ArtefactFile> {
  const sink = await writer.create();
  try {
    await sink.write(bytes);
    return await sink.finish();
  } catch (cause) {
    await sink.abort();
    throw cause;
  }
}

/** A typed array's own bytes, as they are stored: little-endian, like every machine Pretext runs on. */
export function bytesOf(values: Int16Array | Int32Array | Uint32Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

/** A larger array that begins with what the old one holds. */
export function grown<T extends Uint8Array | Uint32Array>(old: T, bigger: T): T {
  bigger.set(old);
  return bigger;
}
