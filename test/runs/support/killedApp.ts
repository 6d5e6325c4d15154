/**
 * The app as a process that is going to be killed: `killedApp.ts <workspace> <launch JSON> <acknowledged file>`. It opens the workspace, puts it right,
 * resumes the crashed run (or launches the first), and notes beside it every point that was announced, which is to say stored.
 */
import type { Params } from '../../../preload/contract/vocabulary.ts';
import { createRunService } from '../../../main/runs/index.ts';
import { openStore } from '../../../main/store/index.ts';
import { appendNotes } from './notes.ts';
import { fakeConfig, hostOf } from './service.ts';

const [workspace = '', params = '{}', acknowledged = ''] = process.argv.slice(2);
const random = (prefix: string): string => `${prefix}-${crypto.randomUUID()}`;
const store = openStore(workspace, { now: () => new Date().toISOString(), newId: random });
const service = createRunService({
  ...hostOf(store),
  // Nearly always writing: that is when it is killed.
  timing: { flush: 2, silence: 60_000, grace: 1000 },
  announce: (name, payload) => {
    if (name !== 'run.points' || !('points' in payload)) return;
    appendNotes(acknowledged, payload.points);
  },
});
await service.start();
const [present] = store.runs.list();
if (present) await service.resume([present.id]);
else
  service.launch(fakeConfig(store, JSON.parse(params) as Params), {
    seeds: [],
    experiment: null,
    name: null,
  });
process.send?.('up');
