import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { AppError } from '../../preload/contract/errors.ts';
import { pageFile } from '../api/pagePolicy.ts';

/**
 * Serves one file of the built renderer.
 * @throws AppError notFound if there is no such file, or if the renderer was not built
 */
export async function servePage(
  folder: string,
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const named = pageFile(path);
  const size = named ? await sizeOf(join(folder, named.file)) : null;
  if (!named || size === null) {
    const unbuilt = (await sizeOf(join(folder, 'index.html'))) === null;
    throw new AppError({
      code: 'notFound',
      message: unbuilt
        ? 'The interface is not built.'
        : `There is no page ${JSON.stringify(path.slice(0, 200))}.`,
      hint: unbuilt ? 'Build it with: npm run build.' : 'Start from the first page.',
    });
  }
  response.writeHead(200, {
    'content-type': named.mediaType,
    'content-length': size,
    // Names of built assets contain their hash; the page itself must always be the present one.
    'cache-control': named.file.startsWith('assets/') ? 'public, max-age=31536000, immutable' : 'no-store',
  });
  if (request.method === 'HEAD') response.end();
  else await pipeline(createReadStream(join(folder, named.file)), response);
}

async function sizeOf(file: string): Promise<number | null> {
  try {
    const found = await stat(file);
    return found.isFile() ? found.size : null;
  } catch {
    return null;
  }
}
