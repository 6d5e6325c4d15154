import { app, BrowserWindow, dialog } from 'electron';
import type { RunRow } from '../../preload/contract/vocabulary.ts';
import type { EventHub } from '../api/eventHub.ts';
import { reportFault } from './faults.ts';

/** What quitting needs to know of the services. */
export interface Quittable {
  readonly events: EventHub;
  /** Runs that quitting now would interrupt. */
  activeRuns(): readonly RunRow[];
  /** True while a run or a job is under way. */
  busy(): boolean;
  /** `pause`: runs go on from here after the next start; `stop`: they end now and keep their work. */
  shutdown(how: 'pause' | 'stop'): Promise<void>;
}

/** Time that what follows an end is given to begin. */
const SETTLE_MS = 500;

type Choice = 'background' | 'pause' | 'stop' | 'cancel';

const CHOICES: readonly { readonly id: Choice; readonly label: string }[] = [
  { id: 'background', label: 'Keep training in the background' },
  { id: 'pause', label: 'Pause and quit' },
  { id: 'stop', label: 'Stop, keep the work and quit' },
  { id: 'cancel', label: 'Cancel' },
];

/**
 * Quitting while something trains asks first. In the background the windows close and the app leaves when nothing is left to
 * do: no run, no job, no tour. However it goes, the workspace is closed before the process leaves.
 */
export function setupQuitting(services: Quittable): void {
  let leaving = false;
  let background = false;
  const leave = async (how: 'pause' | 'stop'): Promise<void> => {
    leaving = true;
    try {
      await services.shutdown(how);
      app.exit(0);
    } catch (cause) {
      // What could not be closed in order must not keep the user from leaving; the next start puts it right.
      reportFault('closing', cause);
      app.exit(1);
    }
  };
  let asking = false;
  const consider = async (): Promise<void> => {
    if (asking) return;
    const active = services.activeRuns();
    asking = active.length > 0;
    const choice = asking ? await ask(active).finally(() => (asking = false)) : 'pause';
    if (choice === 'pause' || choice === 'stop') await leave(choice);
    if (choice === 'background') {
      background = true;
      for (const window of BrowserWindow.getAllWindows()) window.destroy();
    }
  };
  app.on('before-quit', (event) => {
    event.preventDefault();
    if (!leaving) void consider();
  });
  app.on('browser-window-created', () => (background = false));
  app.on('window-all-closed', () => {
    if (!background) app.quit();
  });
  // Looked at later: one run's end begins the next in the queue, or the audit that waits for it.
  const leaveIfDone = (): void => {
    if (background && !leaving && !services.busy()) void leave('pause');
  };
  for (const name of ['run.changed', 'job.changed', 'tour.changed'] as const)
    services.events.on(name, () => void setTimeout(leaveIfDone, SETTLE_MS));
}

async function ask(active: readonly RunRow[]): Promise<Choice> {
  const { response } = await dialog.showMessageBox({
    type: 'question',
    title: 'Pretext',
    message:
      active.length === 1
        ? `${active[0]?.name ?? 'A run'} is training.`
        : `${active.length} runs are training.`,
    detail: 'In the background they go on without a window, and Pretext quits when they are done.',
    buttons: CHOICES.map((choice) => choice.label),
    defaultId: 0,
    cancelId: CHOICES.length - 1,
    noLink: true,
  });
  return CHOICES[response]?.id ?? 'cancel';
}
