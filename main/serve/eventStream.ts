import type { ServerResponse } from 'node:http';
import { encodeWire } from '../../preload/contract/wire.ts';
import { createCoalescer } from '../api/coalescer.ts';
import type { EventHub } from '../api/eventHub.ts';

export interface EventStreamOptions {
  /** Waiting time in which events join. */
  readonly flushEveryMs: number;
  /** A comment this often tells both ends that the line is alive. */
  readonly heartbeatMs: number;
}

export const EVENT_STREAM: EventStreamOptions = { flushEveryMs: 100, heartbeatMs: 15_000 };

/**
 * Server-sent events over one answer until its reader leaves: coalesced, and bounded where the reader is slow. An event
 * `lagged` tells that some were dropped, so that the page asks again for what it shows.
 */
export function openEventStream(
  response: ServerResponse,
  events: EventHub,
  options: EventStreamOptions = EVENT_STREAM,
): void {
  response.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
  });
  response.write('retry: 1000\n\n: welcome\n\n');
  const waiting = createCoalescer();
  const flush = (): void => {
    if (waiting.empty || response.writableNeedDrain) return;
    const { events: taken, lagged } = waiting.take();
    const lines = taken.map(({ name, payload }) => `event: ${name}\ndata: ${encodeWire(payload)}\n\n`);
    response.write(lines.join('') + (lagged ? 'event: lagged\ndata: {}\n\n' : ''));
  };
  const leave = events.onAny((event) => waiting.add(event));
  const flushing = setInterval(flush, options.flushEveryMs);
  const beating = setInterval(() => {
    if (!response.writableNeedDrain) response.write(': beat\n\n');
  }, options.heartbeatMs);
  response.on('close', () => {
    leave();
    clearInterval(flushing);
    clearInterval(beating);
  });
}
