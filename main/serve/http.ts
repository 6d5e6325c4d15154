import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AppError, toPlainError, type PlainError } from '../../preload/contract/errors.ts';
import { decodeWire, encodeWire } from '../../preload/contract/wire.ts';
import { isCallName, unknownCall, type Door } from '../api/door.ts';
import type { EventHub } from '../api/eventHub.ts';
import { SECURITY_HEADERS } from '../api/pagePolicy.ts';
import { openEventStream, type EventStreamOptions } from './eventStream.ts';
import { admit, checkFetchSite, cookieHeader } from './guard.ts';
import { servePage } from './pages.ts';

export interface HttpDoorOptions {
  readonly door: Door;
  readonly events: EventHub;
  /** Folder of the built renderer. */
  readonly pages: string;
  readonly token: string;
  readonly port: number;
  readonly eventStream?: EventStreamOptions;
}

export interface HttpDoor {
  readonly port: number;
  /** Address with the token, to be opened once. */
  readonly url: string;
  close(): Promise<void>;
}

/** Arguments of a call are small; anything beyond this many bytes is a mistake or an attack. */
const MOST_BODY_BYTES = 8 * 2 ** 20;

/**
 * The door for browsers, on loopback alone.
 * @throws AppError conflict if the port is taken
 */
export async function openHttpDoor(options: HttpDoorOptions): Promise<HttpDoor> {
  const server = createServer((request, response) => void respond(options, request, response));
  // Slow or endless requests hold no connection for long; the event stream is an answer, which these do not limit.
  server.headersTimeout = 10_000;
  server.requestTimeout = 60_000;
  await listen(server, options.port);
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `http://127.0.0.1:${port}/?token=${options.token}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const taken = cause.code === 'EADDRINUSE' || cause.code === 'EACCES';
      const message = taken ? `Port ${port} cannot be used: ${cause.message}.` : cause.message;
      reject(new AppError({ code: 'conflict', message, hint: 'Choose another with --port, or 0 for any.' }));
    });
    server.listen(port, '127.0.0.1', resolve);
  });
}

async function respond(
  options: HttpDoorOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value);
  try {
    await route(options, request, response);
  } catch (cause) {
    if (response.headersSent) {
      response.destroy();
      return;
    }
    const error = toPlainError(cause);
    if (cause instanceof Refusal) for (const [name, value] of cause.headers) response.setHeader(name, value);
    answer(response, statusOf(cause, error), error, acceptsPage(request));
  }
}

async function route(
  options: HttpDoorOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = addressOf(request);
  const admission = admit({ headers: request.headers, url }, options.token);
  if (admission === 'address') response.setHeader('set-cookie', cookieHeader(options.token));
  if (!url.pathname.startsWith('/api/')) {
    demandMethod(request, ['GET', 'HEAD']);
    await servePage(options.pages, url.pathname, request, response);
    return;
  }
  checkFetchSite(request.headers);
  if (url.pathname === '/api/events') {
    demandMethod(request, ['GET']);
    openEventStream(response, options.events, options.eventStream);
    return;
  }
  const name = /^\/api\/call\/([\w.]+)$/.exec(url.pathname)?.[1];
  if (name === undefined)
    throw new Refusal(404, { code: 'notFound', message: `There is nothing at ${url.pathname}.` });
  demandMethod(request, ['POST']);
  await serveCall(options.door, name, request, response);
}

async function serveCall(
  door: Door,
  name: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  // A form of another site cannot send this type without asking first.
  if (!/^application\/json\s*(;|$)/i.test(request.headers['content-type'] ?? '')) {
    throw new Refusal(415, { code: 'usage', message: 'The body of a call must be application/json.' });
  }
  if (!isCallName(name)) throw new Refusal(404, unknownCall(name).toPlain());
  const body = await readBody(request);
  const given = body === '' ? {} : decodeWire(body);
  const result = await door.ask(name, given);
  // A refusal is an answer like any other; a browser would complain in its console of any other status.
  const status = !result.ok && result.error.code === 'internal' ? 500 : 200;
  send(response, status, 'application/json; charset=utf-8', encodeWire(result));
}

/** A refusal whose HTTP status says more than its code. */
class Refusal extends AppError {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;

  constructor(
    status: number,
    plain: { readonly code: PlainError['code']; readonly message: string; readonly hint?: string },
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(plain);
    this.status = status;
    this.headers = new Map(Object.entries(headers));
  }
}

function addressOf(request: IncomingMessage): URL {
  const url = URL.parse(request.url ?? '/', 'http://127.0.0.1');
  if (url) return url;
  throw new Refusal(400, { code: 'usage', message: 'The address of the request is malformed.' });
}

function demandMethod(request: IncomingMessage, allowed: readonly string[]): void {
  if (allowed.includes(request.method ?? '')) return;
  const message = `${request.method ?? ''} is not allowed here, only ${allowed.join(' and ')}.`;
  throw new Refusal(405, { code: 'usage', message }, { allow: allowed.join(', ') });
}

async function readBody(request: IncomingMessage): Promise<string> {
  // One that says its length is refused before any of it is read; one that lies or does not say, as soon as it is too long.
  if (Number(request.headers['content-length'] ?? 0) > MOST_BODY_BYTES) throw tooLong();
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MOST_BODY_BYTES) throw tooLong();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function tooLong(): Refusal {
  const message = `The body is longer than ${MOST_BODY_BYTES} bytes.`;
  const hint = 'Pass files by their path.';
  return new Refusal(413, { code: 'usage', message, hint }, { connection: 'close' });
}

/** Status of what the door itself refuses, before any call is asked. */
const STATUS: Readonly<Record<PlainError['code'], number>> = {
  usage: 400,
  invalidConfig: 400,
  invalidData: 400,
  forbidden: 403,
  notFound: 404,
  conflict: 409,
  readOnly: 409,
  cancelled: 409,
  engine: 500,
  diskFull: 507,
  internal: 500,
};

function statusOf(cause: unknown, error: PlainError): number {
  return cause instanceof Refusal ? cause.status : STATUS[error.code];
}

function acceptsPage(request: IncomingMessage): boolean {
  return (request.headers.accept ?? '').includes('text/html');
}

/** An error as the answer that scripts read, or in words for somebody who looks at it. */
function answer(response: ServerResponse, status: number, error: PlainError, inWords: boolean): void {
  if (inWords) send(response, status, 'text/plain; charset=utf-8', `${error.message}\n${error.hint}\n`);
  else send(response, status, 'application/json; charset=utf-8', encodeWire({ ok: false, error }));
}

function send(response: ServerResponse, status: number, mediaType: string, text: string): void {
  response.writeHead(status, { 'content-type': mediaType, 'cache-control': 'no-store' });
  response.end(text);
}
