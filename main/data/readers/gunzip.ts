import { createGunzip } from 'node:zlib';

/** Pieces unpacked ahead of the reader, about 16 KiB each. */
const AHEAD = 64;

/**
 * Unpacks gzip piece by piece in bounded memory; the checksum is verified at the end. Everything that comes before damaged data is
 * yielded before the error is thrown.
 */
export async function* gunzip(stream: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  const unpacker = createGunzip();
  const ready: Uint8Array[] = [];
  const state: { over: boolean; failure: Error | null; wake: () => void } = {
    over: false,
    failure: null,
    wake: () => {},
  };
  const end = (failure: Error | null): void => {
    state.failure ??= failure;
    state.over = true;
    state.wake();
  };
  unpacker.on('data', (piece: Uint8Array) => {
    ready.push(piece);
    if (ready.length >= AHEAD) unpacker.pause();
    state.wake();
  });
  unpacker.on('end', () => end(null));
  unpacker.on('error', end);
  const feeding = feed(stream, unpacker).catch((cause: unknown) => end(cause as Error));
  try {
    for (;;) {
      const piece = ready.shift();
      if (piece !== undefined) yield piece;
      else if (state.over) break;
      else await nextEvent(unpacker, state);
    }
    if (state.failure !== null) throw state.failure;
  } finally {
    unpacker.destroy();
    await feeding;
  }
}

/** Waits for a piece, the end or a failure; nothing is ready when it is called. */
function nextEvent(unpacker: { resume(): unknown }, state: { wake: () => void }): Promise<void> {
  return new Promise((resolve) => {
    state.wake = resolve;
    unpacker.resume();
  });
}

async function feed(
  stream: AsyncIterable<Uint8Array>,
  unpacker: ReturnType<typeof createGunzip>,
): Promise<void> {
  for await (const piece of stream) {
    if (unpacker.destroyed) return;
    if (!unpacker.write(piece)) await drained(unpacker);
  }
  unpacker.end();
}

function drained(unpacker: ReturnType<typeof createGunzip>): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      unpacker.off('drain', done).off('close', done);
      resolve();
    };
    unpacker.on('drain', done).on('close', done);
  });
}
