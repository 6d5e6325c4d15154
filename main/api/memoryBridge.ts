import type { Bridge } from '../../preload/contract/bridge.ts';
import type { Answer } from '../../preload/contract/errors.ts';
import type { CallName, CallValue } from '../../preload/contract/calls.ts';
import type { Door } from './door.ts';
import type { EventHub } from './eventHub.ts';

/** The transport within one process, for the command line and for tests; copies like a border, so that only plain data passes. */
export function createMemoryBridge(door: Door, events: EventHub): Bridge {
  return {
    async call<N extends CallName>(name: N, args: unknown): Promise<Answer<CallValue<N>>> {
      // The door answers with what the handler of this name returned.
      return structuredClone(await door.ask(name, structuredClone(args))) as Answer<CallValue<N>>;
    },
    on: (name, listener) => events.on(name, (payload) => listener(structuredClone(payload))),
  };
}
