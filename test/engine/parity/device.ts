import * as engines from '../../../main/engine/backends/registry.ts';
import type { EngineEntry } from '../../../main/engine/engine.ts';
import { entryOf, methods } from '../../../main/engine/registries.ts';
import { trainSteps } from './steps.ts';

// `node device.ts <engine> <device> <method>`: prints the losses of 20 steps as JSON. A process of its own, because a driver is found
// through variables that a process reads when it starts.
const [engine = '', device = '', method = ''] = process.argv.slice(2);
const entry = entryOf<EngineEntry>(engines, engine, 'engine');
if (!Object.hasOwn(methods, method)) throw new Error(`There is no method ${method}.`);
const { losses } = await trainSteps(
  await entry.activate({ device, threads: 1 }),
  method as keyof typeof methods,
);
console.log(JSON.stringify(losses));
