import { createMemoryBridge } from '../api/memoryBridge.ts';
import { forkLauncher } from '../runs/index.ts';
import { createServices, defaultWorkspace } from '../services.ts';
import type { OpenHouse } from './house.ts';
import { servedCode } from './places.ts';
import { browserPrinter } from './printPdf.ts';

/** Opens a workspace with trainers as forked processes. */
export const openHouse: OpenHouse = async ({ workspace, keyFile = null, trains, windows = false }) => {
  const { trainer, workers } = servedCode();
  const services = createServices({
    launcher: forkLauncher(trainer),
    paths: {
      workspace: workspace ?? defaultWorkspace(),
      subjectKey: keyFile,
      ...(workers ? { workers } : {}),
    },
    kind: 'serve',
    printPdf: browserPrinter(),
    onFault: (where, cause) => console.error(`Fault in ${where}:`, cause),
  });
  await services.start({ workQueue: trains, windows });
  const { door, events } = services;
  return { door, events, bridge: createMemoryBridge(door, events), close: () => services.shutdown('pause') };
};
