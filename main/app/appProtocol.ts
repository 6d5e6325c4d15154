import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { protocol } from 'electron';
import { pageFile, SECURITY_HEADERS } from '../api/pagePolicy.ts';

/** Scheme and host of the interface: a secure origin of its own, which no web page and no file shares. */
export const APP_SCHEME = 'app';
export const APP_HOST = 'pretext';
export const APP_PAGE = `${APP_SCHEME}://${APP_HOST}/index.html`;

/** True for an address inside the interface. */
export function isAppAddress(address: string): boolean {
  const url = URL.parse(address);
  return url?.protocol === `${APP_SCHEME}:` && url.host === APP_HOST;
}

/** Must run before the app is ready. */
export function registerAppScheme(): void {
  const privileges = { standard: true, secure: true, supportFetchAPI: true, codeCache: true };
  protocol.registerSchemesAsPrivileged([{ scheme: APP_SCHEME, privileges }]);
}

/** Serves the built renderer under app://pretext, and nothing else. Call when the app is ready. */
export function setupAppProtocol(pages: string): void {
  protocol.handle(APP_SCHEME, (request) => answerPage(pages, request));
}

async function answerPage(pages: string, request: Request): Promise<Response> {
  const named =
    isAppAddress(request.url) && request.method === 'GET' ? pageFile(new URL(request.url).pathname) : null;
  if (!named) return new Response('Not found.', { status: 404, headers: SECURITY_HEADERS });
  try {
    const bytes = await readFile(join(pages, named.file));
    return new Response(bytes, { headers: { ...SECURITY_HEADERS, 'content-type': named.mediaType } });
  } catch {
    return new Response('Not found.', { status: 404, headers: SECURITY_HEADERS });
  }
}
