import type { Announce, EventName, Events, Subscribe } from '../../preload/contract/events.ts';

/** An event with its name. */
export type Announced = {
  readonly [N in EventName]: { readonly name: N; readonly payload: Events[N] };
}[EventName];

/** Carries what main announces to whoever listens. */
export interface EventHub {
  readonly announce: Announce;
  readonly on: Subscribe;
  /** Every event; returns a function that ends the subscription. */
  onAny(listener: (event: Announced) => void): () => void;
}

/** A hub in which one listener's failure neither reaches the announcer nor keeps the event from others. */
export function createEventHub(onFault: (name: string, cause: unknown) => void): EventHub {
  const listeners = new Set<(event: Announced) => void>();
  const onAny: EventHub['onAny'] = (listener) => {
    // One listener may subscribe twice: each subscription is its own.
    const own = (event: Announced): void => listener(event);
    listeners.add(own);
    return () => listeners.delete(own);
  };
  return {
    onAny,
    announce: (name, payload) => {
      for (const listener of [...listeners]) {
        try {
          listener({ name, payload } as Announced);
        } catch (cause) {
          onFault(name, cause);
        }
      }
    },
    on: (name, listener) =>
      onAny((event) => {
        if (event.name === name) (listener as (payload: unknown) => void)(event.payload);
      }),
  };
}
