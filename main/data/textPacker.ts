import type { ArtefactFile, ArtefactWriter } from '../core/datasetFiles.ts';
import { Packer, writeArtefact } from './packer.ts';

/** Stores pieces of any length one after another, and where each ends. */
export class TextPacker {
  /** Bytes of the longest. */
  longest = 0;
  private readonly packer: Packer;
  private readonly writer: ArtefactWriter;
  private ends = new Float64Array(1024);
  private count = 0;

  private constructor(packer: Packer, writer: ArtefactWriter) {
    this.packer = packer;
    this.writer = writer;
  }

  static async open(writer: ArtefactWriter): Promise<TextPacker> {
    return new TextPacker(await Packer.open(writer), writer);
  }

  async add(bytes: Uint8Array): Promise<void> {
    if (this.count === this.ends.length) {
      const longer = new Float64Array(2 * this.count);
      longer.set(this.ends);
      this.ends = longer;
    }
    this.ends[this.count] = (this.ends[this.count - 1] ?? 0) + bytes.length;
    this.count++;
    this.longest = Math.max(this.longest, bytes.length);
    await this.packer.add(bytes);
  }

  async finish(): Promise<{ readonly texts: ArtefactFile; readonly ends: ArtefactFile }> {
    const ends = this.ends.subarray(0, this.count);
    return {
      texts: await this.packer.finish(),
      ends: await writeArtefact(this.writer, new Uint8Array(ends.buffer, 0, ends.byteLength)),
    };
  }

  abort(): Promise<void> {
    return this.packer.abort();
  }
}
