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

export interface HouseOptions {
  /** Null: the user's own. */
  readonly workspace: string | null;
  /** File of the key for subject ids; left out or null: the user's own. */
  readonly keyFile?: string | null;
  /** True: queued runs are trained here, as long as the house is open. */
  readonly trains: boolean;
  /** True: windows are open to people, and what they began goes on. */
  readonly windows?: boolean;
}

/** Opens a workspace. */
export type OpenHouse = (options: HouseOptions) => Promise<House>;
