import { fileURLToPath } from 'node:url';
import { createMemoryBridge } from '../api/memoryBridge.ts';
import { forkLauncher } from '../runs/index.ts';
import { createServices, defaultWorkspace } from '../services.ts';
import type { OpenHouse } from './house.ts';

/** The trainer beside this room: a source file unbuilt, its bundle when built. */
const TRAINER = fileURLToPath(new URL('../trainer/index.ts', import.meta.url));

/** Opens a workspace with trainers as forked processes. */
export const openHouse: OpenHouse = async ({ workspace }) => {
  const services = createServices({
    launcher: forkLauncher(TRAINER),
    paths: { workspace: workspace ?? defaultWorkspace() },
    kind: 'serve',
    onFault: (where, cause) => console.error(`Fault in ${where}:`, cause),
  });
  await services.start();
  const { door, events } = services;
  return { door, events, bridge: createMemoryBridge(door, events), close: () => services.shutdown('pause') };
};
