import type { Bridge } from '../../preload/contract/bridge.ts';

declare global {
  interface Window {
    /** Exposed by the preload script; absent in a browser. */
    readonly pretext?: Bridge;
  }
}

/** The desktop window's door, or null where there is none. */
export function electronBridge(host: Window): Bridge | null {
  return host.pretext ?? null;
}
