import type { CallInput, CallName, CallValue } from './calls.ts';
import type { Answer } from './errors.ts';
import type { Subscribe } from './events.ts';

/** What a window can do: ask and listen. The three transports (Electron IPC, HTTP, in memory) all are one of these. */
export interface Bridge {
  call<N extends CallName>(name: N, args: CallInput<N>): Promise<Answer<CallValue<N>>>;
  readonly on: Subscribe;
  /** Path of a file that was dropped into the window; null if it has none. Absent where pages are not told. */
  readonly pathOf?: (file: object) => string | null;
}
