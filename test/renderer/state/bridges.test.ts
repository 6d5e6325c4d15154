import { describe, expect, it } from 'vitest';
import { encodeWire, decodeWire } from '../../../preload/contract/wire.ts';
import { cleanAddress, httpBridge } from '../../../renderer/bridges/http.ts';
import { Client } from '../../../renderer/client.ts';
import type { PlainError } from '../../../preload/contract/errors.ts';
import { fixtureBridge } from '../fixtures/bridge.ts';

class FakeSource extends EventTarget {
  static last: FakeSource;
  readonly address: string;
  constructor(address: string) {
    super();
    this.address = address;
    FakeSource.last = this;
  }
}

function door(answer: (address: string, body: unknown) => unknown) {
  const fetched: string[] = [];
  const host = {
    EventSource: FakeSource as unknown as typeof EventSource,
    fetch: (async (address: string, init: RequestInit) => {
      fetched.push(address);
      return new Response(encodeWire(answer(address, decodeWire(String(init.body)))));
    }) as unknown as typeof fetch,
  };
  return { bridge: httpBridge(host), fetched };
}

describe('the loopback door', () => {
  it('posts arguments and reads typed arrays back', async () => {
    const { bridge, fetched } = door((_, body) => ({ ok: true, value: { asked: body, data: new Uint8Array([1, 2]) } }));
    const answer = await bridge.call('datasets.get', { id: 'd1' });
    expect(fetched).toEqual(['/api/call/datasets.get']);
    expect(answer).toEqual({ ok: true, value: { asked: { id: 'd1' }, data: new Uint8Array([1, 2]) } });
  });

  it('says what to do where nobody answers', async () => {
    const bridge = httpBridge({ EventSource: FakeSource as unknown as typeof EventSource, fetch: (() => Promise.reject(new TypeError('refused'))) as unknown as typeof fetch });
    const answer = await bridge.call('runs.list', {});
    expect(answer.ok ? null : answer.error.message).toContain('does not answer');
  });

  it('delivers events, and tells of missed ones only after a failure', () => {
    const { bridge } = door(() => null);
    let missed = 0;
    const connection: boolean[] = [];
    const removed: string[] = [];
    bridge.onMissed(() => (missed += 1));
    bridge.onConnection((connected) => connection.push(connected));
    const end = bridge.on('run.removed', ({ id }) => removed.push(id));
    const source = FakeSource.last;
    source.dispatchEvent(new Event('open'));
    expect(missed).toBe(0);
    source.dispatchEvent(new MessageEvent('run.removed', { data: encodeWire({ id: 'r1' }) }));
    source.dispatchEvent(new Event('error'));
    source.dispatchEvent(new Event('open'));
    end();
    source.dispatchEvent(new MessageEvent('run.removed', { data: encodeWire({ id: 'r2' }) }));
    source.dispatchEvent(new Event('lagged'));
    expect({ missed, connection, removed }).toEqual({ missed: 2, connection: [true, false, true], removed: ['r1'] });
  });

  it('takes the token out of the address and nothing else', () => {
    const written: string[] = [];
    const history = { state: null, replaceState: (_: unknown, __: string, address: string | URL) => written.push(String(address)) } as unknown as History;
    cleanAddress({ href: 'http://127.0.0.1:4180/?token=secret&a=1#/runs' } as Location, history);
    cleanAddress({ href: 'http://127.0.0.1:4180/#/runs' } as Location, history);
    expect(written).toEqual(['http://127.0.0.1:4180/?a=1#/runs']);
  });
});

describe('the client', () => {
  it('unwraps answers and shows refusals', async () => {
    const shown: PlainError[] = [];
    const client = new Client(fixtureBridge(), (error) => shown.push(error));
    expect((await client.call('workspace.info', {})).name).toBe('pretext');
    await expect(client.call('runs.get', { id: 'none' })).rejects.toMatchObject({ code: 'notFound', hint: 'It may have been purged.' });
    expect(await client.attempt('runs.get', { id: 'none' })).toBeNull();
    expect(await client.done('runs.pause', { ids: ['r0'] })).toBe(true);
    expect(shown).toHaveLength(1);
  });
});
