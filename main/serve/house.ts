import type { Bridge } from '../../preload/contract/bridge.ts';
import type { Door } from '../api/door.ts';
import type { EventHub } from '../api/eventHub.ts';

/** The services of a workspace, open in this process. */
export interface House {
  readonly bridge: Bridge;
  readonly door: Door;
  readonly events: EventHub;
  /** Pauses what trains, closes the workspace. */
  close(): Promise<void>;
}

/** Opens a workspace; null is the user's own. */
export type OpenHouse = (options: { readonly workspace: string | null }) => Promise<House>;
