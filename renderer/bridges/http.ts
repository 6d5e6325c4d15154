import type { Bridge } from '../../preload/contract/bridge.ts';
import type { CallInput, CallName, CallValue } from '../../preload/contract/calls.ts';
import type { Answer, PlainError } from '../../preload/contract/errors.ts';
import type { EventName, Events, Subscribe } from '../../preload/contract/events.ts';
import { decodeWire, encodeWire } from '../../preload/contract/wire.ts';

/** What the door needs of its surroundings; a test passes its own. */
export interface HttpHost {
  readonly fetch: typeof fetch;
  readonly EventSource: typeof EventSource;
}

/** A Bridge that can also say when events were missed, so that what is shown can be asked again. */
export interface HttpBridge extends Bridge {
  /** After a reconnect, or when the server dropped events for a slow reader. */
  onMissed(listener: () => void): void;
  /** True while the server answers. */
  onConnection(listener: (connected: boolean) => void): void;
}

const UNREACHABLE: PlainError = {
  code: 'internal',
  message: 'Pretext does not answer: the process behind this page has ended or is not reachable.',
  hint: 'Start it again with `npm start` or `pretext serve`, then open the address it prints. Nothing that was stored is lost.',
};

/** Takes the token out of the address: the cookie carries it from the first request on. */
export function cleanAddress(location: Location, history: History): void {
  const address = new URL(location.href);
  if (!address.searchParams.has('token')) return;
  address.searchParams.delete('token');
  history.replaceState(history.state, '', address);
}

/** The loopback door: calls by POST, events by server-sent events. */
export function httpBridge(host: HttpHost): HttpBridge {
  const missed: (() => void)[] = [];
  const connection: ((connected: boolean) => void)[] = [];
  let source: EventSource | null = null;
  const open = (): EventSource =>
    (source ??= openEvents(host, missed, (connected) => connection.forEach((tell) => tell(connected))));

  const on: Subscribe = (name, listener) => {
    const receive = (event: MessageEvent<string>): void => deliver(name, event.data, listener);
    open().addEventListener(name, receive);
    return () => source?.removeEventListener(name, receive);
  };
  return {
    on,
    call: (name, args) => post(host, name, args),
    onMissed: (listener) => void missed.push(listener),
    onConnection: (listener) => void connection.push(listener),
  };
}

function deliver<N extends EventName>(_name: N, data: string, listener: (payload: Events[N]) => void): void {
  listener(decodeWire(data) as Events[N]);
}

function openEvents(
  host: HttpHost,
  missed: readonly (() => void)[],
  connected: (now: boolean) => void,
): EventSource {
  const source = new host.EventSource('/api/events');
  let failed = false;
  source.addEventListener('error', () => {
    failed = true;
    connected(false);
  });
  source.addEventListener('open', () => {
    connected(true);
    if (failed) missed.forEach((tell) => tell());
    failed = false;
  });
  source.addEventListener('lagged', () => missed.forEach((tell) => tell()));
  return source;
}

async function post<N extends CallName>(
  host: HttpHost,
  name: N,
  args: CallInput<N>,
): Promise<Answer<CallValue<N>>> {
  try {
    const response = await host.fetch(`/api/call/${name}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: encodeWire(args),
    });
    return decodeWire(await response.text()) as Answer<CallValue<N>>;
  } catch {
    return { ok: false, error: UNREACHABLE };
  }
}
