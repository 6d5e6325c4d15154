import { calls, type CallName, type Handlers } from '../../preload/contract/calls.ts';

/** Handlers of which a test writes some; any other throws, so that a test which reaches it by mistake fails. */
export function scriptedHandlers(written: Partial<Handlers>): Handlers {
  const unwritten = (name: string) => () => {
    throw new Error(`The test wrote no handler for ${name}.`);
  };
  const all = Object.fromEntries((Object.keys(calls) as CallName[]).map((name) => [name, unwritten(name)]));
  return { ...(all as unknown as Handlers), ...written };
}
