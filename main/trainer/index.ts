import { processChannel } from './channel.ts';
import { serveTrainer } from './serveTrainer.ts';

// The entry of a trainer process: started by Electron's utilityProcess.fork or by child_process.fork, never by hand.
const channel = processChannel();
if (!channel) {
  process.stderr.write('The trainer is started by Pretext and needs its channel; it cannot run alone.\n');
  process.exit(2);
}
// Beside this file, as a source or in the built bundle.
const batchWorker = new URL(
  import.meta.url.endsWith('.ts') ? './batchWorker.ts' : './batchWorker.js',
  import.meta.url,
);
serveTrainer(channel, () => process.exit(0), batchWorker);
