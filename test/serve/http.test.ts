import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request, type IncomingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AppError } from '../../preload/contract/errors.ts';
import { decodeWire, encodeWire } from '../../preload/contract/wire.ts';
import { createDoor } from '../../main/api/door.ts';
import { createEventHub } from '../../main/api/eventHub.ts';
import { cookieName, newToken } from '../../main/serve/guard.ts';
import { openHttpDoor, type HttpDoor } from '../../main/serve/http.ts';
import { scriptedHandlers } from '../support/scriptedHandlers.ts';

const token = newToken();
const cookie = `${cookieName(token)}=${token}`;
const events = createEventHub((name, cause) => {
  throw new Error(name, { cause });
});
const handlers = scriptedHandlers({
  'runs.metrics': ({ id }) => [id],
  'runs.get': ({ id }) => {
    throw new AppError({ code: 'notFound', message: `No run ${id}.` });
  },
  'runs.export': () => ({
    fileName: 'a.npy',
    mediaType: 'application/octet-stream',
    data: new Uint8Array([0, 255, 7]),
  }),
});
let pages: string;
let server: HttpDoor;

beforeAll(async () => {
  pages = mkdtempSync(join(tmpdir(), 'pretext-pages-'));
  mkdirSync(join(pages, 'assets'));
  writeFileSync(join(pages, 'index.html'), '<!doctype html><title>Pretext</title>');
  writeFileSync(join(pages, 'assets', 'index-abc.js'), 'export {};');
  writeFileSync(join(pages, 'secret.exe'), 'no');
  const door = createDoor({ handlers, readOnlyReason: () => null, onFault: () => undefined });
  server = await openHttpDoor({
    door,
    events,
    pages,
    token,
    port: 0,
    eventStream: { flushEveryMs: 10, heartbeatMs: 40 },
  });
});
afterAll(async () => {
  await server.close();
  rmSync(pages, { recursive: true });
});

interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** A request with exactly these headers; fetch would write its own Host. `until` ends an endless answer. */
function ask(
  path: string,
  options: {
    method?: string;
    headers?: Record<string, string>;
    body?: string;
    until?: (text: string) => boolean;
  } = {},
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        port: server.port,
        host: '127.0.0.1',
        path,
        method: options.method ?? 'GET',
        headers: options.headers ?? {},
        agent: false,
      },
      (response) => {
        let text = '';
        const done = (): void =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          text += chunk;
          if (options.until?.(text)) {
            done();
            sent.destroy();
          }
        });
        response.on('end', done);
      },
    );
    sent.on('error', reject);
    sent.end(options.body);
  });
}

const call = (name: string, body: string, headers: Record<string, string> = {}): Promise<Reply> =>
  ask(`/api/call/${name}`, {
    method: 'POST',
    body,
    headers: { cookie, 'content-type': 'application/json', ...headers },
  });
const errorOf = (reply: Reply): unknown => (decodeWire(reply.text) as { error: unknown }).error;

describe('the page', () => {
  it('turns the token of the first address into a cookie and is served without a redirect', async () => {
    const reply = await ask(`/?token=${token}`);
    expect(reply.status).toBe(200);
    expect(reply.text).toContain('<title>Pretext</title>');
    expect(reply.headers['set-cookie']).toEqual([`${cookie}; Path=/; HttpOnly; SameSite=Strict`]);
    expect(reply.headers['cache-control']).toBe('no-store');
  });

  it('comes with a strict policy', async () => {
    const { headers } = await ask('/', { headers: { cookie } });
    expect(headers['content-security-policy']).toMatch(/^default-src 'none'; script-src 'self';/);
    expect(headers['content-security-policy']).not.toMatch(
      /unsafe-eval|script-src[^;]*unsafe-inline|https?:/,
    );
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['x-frame-options']).toBe('DENY');
    expect(headers['referrer-policy']).toBe('no-referrer');
    expect(headers['set-cookie']).toBeUndefined();
  });

  it.each([
    ['/', 200, 'text/html; charset=utf-8'],
    ['/runs/run-1', 200, 'text/html; charset=utf-8'],
    ['/assets/index-abc.js', 200, 'text/javascript; charset=utf-8'],
    ['/assets/missing.js', 404, 'application/json; charset=utf-8'],
    ['/secret.exe', 404, 'application/json; charset=utf-8'],
    ['/..%2f..%2f..%2fetc%2fhosts.txt', 404, 'application/json; charset=utf-8'],
    ['/.git/config.json', 404, 'application/json; charset=utf-8'],
    ['/%E0%A4%A', 404, 'application/json; charset=utf-8'],
  ])('answers %s with %i', async (path, status, mediaType) => {
    const reply = await ask(path, { headers: { cookie } });
    expect(reply.status).toBe(status);
    expect(reply.headers['content-type']).toBe(mediaType);
  });

  it('caches what has its hash in its name', async () => {
    const { headers } = await ask('/assets/index-abc.js', { headers: { cookie } });
    expect(headers['cache-control']).toBe('public, max-age=31536000, immutable');
  });
});

describe('who may come in', () => {
  const wrong = newToken();
  it.each([
    ['the token in the address', `/?token=${token}`, {}, 200],
    ['the cookie', '/', { cookie }, 200],
    ['the cookie among others', '/', { cookie: `a=b; ${cookie}; c=d` }, 200],
    ['the token in a header', '/', { authorization: `Bearer ${token}` }, 200],
    ['localhost under a forwarded port', '/', { cookie, host: 'localhost:9999' }, 200],
    ['IPv6 loopback', '/', { cookie, host: '[::1]:80' }, 200],
    ['its own origin', '/', { cookie, host: 'localhost:9999', origin: 'http://localhost:9999' }, 200],
    ['nobody', '/', {}, 403],
    ['a wrong token', `/?token=${wrong}`, {}, 403],
    ['a token that only begins right', `/?token=${token.slice(0, -1)}`, {}, 403],
    ['a wrong cookie', '/', { cookie: `${cookieName(token)}=${wrong}` }, 403],
    ["another server's cookie", '/', { cookie: `${cookieName(wrong)}=${wrong}` }, 403],
    ['a wrong header', '/', { authorization: `Bearer ${wrong}` }, 403],
    ['a foreign host', '/', { cookie, host: 'evil.example' }, 403],
    ['a foreign host that ends like loopback', '/', { cookie, host: 'localhost.evil.example' }, 403],
    ['a foreign host that begins like loopback', '/', { cookie, host: '127.0.0.1.evil.example:80' }, 403],
    ['a foreign origin', '/', { cookie, origin: 'https://evil.example' }, 403],
    [
      'another port of loopback',
      '/',
      { cookie, host: 'localhost:9999', origin: 'http://localhost:3000' },
      403,
    ],
    ['a sandboxed page', '/', { cookie, origin: 'null' }, 403],
  ] as const)('%s -> %i', async (_who, path, headers, status) => {
    expect((await ask(path, { headers: { ...headers } })).status).toBe(status);
  });

  it('says what is missing in words to a person and as data to a script', async () => {
    const person = await ask('/', { headers: { accept: 'text/html' } });
    expect(person.text).toBe(
      'This address needs the token that Pretext printed when it started.\nOpen the complete address, with ?token=…, from the terminal where Pretext runs.\n',
    );
    expect(errorOf(await ask('/'))).toMatchObject({ code: 'forbidden' });
  });

  it.each([
    ['same-origin', 200],
    ['none', 200],
    ['same-site', 403],
    ['cross-site', 403],
  ])('a call that the browser marks %s -> %i', async (site, status) => {
    expect((await call('runs.metrics', '{"id":"a"}', { 'sec-fetch-site': site })).status).toBe(status);
  });
});

describe('calls', () => {
  it('answers, with typed arrays whole', async () => {
    expect(decodeWire((await call('runs.metrics', '{"id":"a"}')).text)).toEqual({ ok: true, value: ['a'] });
    const reply = await call('runs.export', encodeWire({ id: 'a', what: 'points', format: 'npy' }));
    expect(decodeWire(reply.text)).toEqual({
      ok: true,
      value: { fileName: 'a.npy', mediaType: 'application/octet-stream', data: new Uint8Array([0, 255, 7]) },
    });
  });

  it.each([
    ['a refusal', 'runs.get', '{"id":"a"}', 200, { code: 'notFound', message: 'No run a.', hint: '' }],
    [
      'an unknown call',
      'runs.lst',
      '{}',
      404,
      { code: 'usage', message: 'There is no call "runs.lst".', hint: 'Did you mean runs.list?' },
    ],
    [
      'no JSON',
      'runs.metrics',
      '{',
      400,
      {
        code: 'usage',
        message: 'Malformed message: the text is not JSON.',
        hint: 'Send what encodeWire makes.',
      },
    ],
    [
      'a fault of its own',
      'runs.list',
      '{}',
      500,
      {
        code: 'internal',
        message: 'The test wrote no handler for runs.list.',
        hint: 'This is a fault of Pretext: please report it with the log.',
      },
    ],
    [
      'a message nested too deep',
      'config.check',
      `{"config":${'['.repeat(50_000)}${']'.repeat(50_000)}}`,
      400,
      {
        code: 'usage',
        message: 'Malformed message: it is nested more than 100 levels deep.',
        hint: 'Send what encodeWire makes.',
      },
    ],
    [
      'an empty body',
      'runs.metrics',
      '',
      200,
      {
        code: 'usage',
        message: 'runs.metrics: id was refused: invalid input: expected string, received undefined.',
        hint: 'Correct id.',
      },
    ],
  ])('answers %s with its sentence', async (_what, name, body, status, error) => {
    const reply = await call(name, body);
    expect(reply.status).toBe(status);
    expect(errorOf(reply)).toEqual(error);
  });

  it('refuses a body that a form could send, a body too long, and other methods', async () => {
    expect((await call('runs.metrics', '{"id":"a"}', { 'content-type': 'text/plain' })).status).toBe(415);
    const tooLong = await call('runs.metrics', 'x'.repeat(9 * 2 ** 20));
    expect([tooLong.status, tooLong.headers.connection]).toEqual([413, 'close']);
    // Without a length in its head, it is found out while it arrives.
    expect(
      (await call('runs.metrics', 'x'.repeat(9 * 2 ** 20), { 'transfer-encoding': 'chunked' })).status,
    ).toBe(413);
    const got = await ask('/api/call/runs.metrics', { headers: { cookie } });
    expect([got.status, got.headers.allow]).toEqual([405, 'POST']);
    const deleted = await ask('/', { method: 'DELETE', headers: { cookie } });
    expect([deleted.status, deleted.headers.allow]).toEqual([405, 'GET, HEAD']);
    expect((await ask('/api/nothing', { headers: { cookie } })).status).toBe(404);
  });

  it('needs the token like everything else', async () => {
    expect((await call('runs.metrics', '{"id":"a"}', { cookie: '' })).status).toBe(403);
  });
});

describe('events', () => {
  it('arrive coalesced and by name, with a heartbeat while nothing happens', async () => {
    let announced = false;
    const reply = await ask('/api/events', {
      headers: { cookie },
      until: (text) => {
        if (!announced && text.includes(': welcome')) {
          announced = true;
          const point = { metric: 'loss', step: 1, epoch: 0, time: 1, value: Number.NaN };
          events.announce('run.points', { run: 'r', points: [point] });
          events.announce('run.points', { run: 'r', points: [{ ...point, step: 2 }] });
          events.announce('run.removed', { id: 'x' });
        }
        return text.includes(': beat') && text.includes('run.removed');
      },
    });
    expect(reply.headers['content-type']).toBe('text/event-stream; charset=utf-8');
    const data = (name: string): unknown[] =>
      [...reply.text.matchAll(new RegExp(`^event: ${name}\ndata: (.*)$`, 'gm'))].map((match) =>
        decodeWire(match[1] ?? ''),
      );
    expect(data('run.points')).toEqual([
      {
        run: 'r',
        points: [1, 2].map((step) => ({ metric: 'loss', step, epoch: 0, time: 1, value: Number.NaN })),
      },
    ]);
    expect(data('run.removed')).toEqual([{ id: 'x' }]);
  });

  it('do not reach a stranger', async () => {
    expect((await ask('/api/events')).status).toBe(403);
  });
});

describe('the port', () => {
  it('that is taken is said with what to do', async () => {
    const door = createDoor({ handlers, readOnlyReason: () => null, onFault: () => undefined });
    await expect(openHttpDoor({ door, events, pages, token, port: server.port })).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining(`Port ${server.port} cannot be used`),
      hint: 'Choose another with --port, or 0 for any.',
    });
  });

  it('without a built interface says how to build it', async () => {
    const door = createDoor({ handlers, readOnlyReason: () => null, onFault: () => undefined });
    const bare = await openHttpDoor({ door, events, pages: join(pages, 'none'), token, port: 0 });
    const reply = await fetch(bare.url, { headers: { accept: 'text/html' } });
    expect([reply.status, await reply.text()]).toEqual([
      404,
      'The interface is not built.\nBuild it with: npm run build.\n',
    ]);
    await bare.close();
  });
});
