import { app, BrowserWindow, dialog } from 'electron';
import type { RunRow } from '../../preload/contract/vocabulary.ts';
import type { EventHub } from '../api/eventHub.ts';

/** What quitting needs to know of the services. */
export interface Quittable {
  readonly events: EventHub;
  /** Runs that quitting now would interrupt. */
  activeRuns(): readonly RunRow[];
  /** `pause`: runs go on from here after the next start; `stop`: they end now and keep their work. */
  shutdown(how: 'pause' | 'stop'): Promise<void>;
}

type Choice = 'background' | 'pause' | 'stop' | 'cancel';

const CHOICES: readonly { readonly id: Choice; readonly label: string }[] = [
  { id: 'background', label: 'Keep training in the background' },
  { id: 'pause', label: 'Pause and quit' },
  { id: 'stop', label: 'Stop, keep the work and quit' },
  { id: 'cancel', label: 'Cancel' },
];

/**
 * Quitting while something trains asks first. In the background the windows close and the app leaves when the last run has
 * ended. However it goes, the workspace is closed before the process leaves.
 */
export function setupQuitting(services: Quittable): void {
  let leaving = false;
  let background = false;
  const leave = async (how: 'pause' | 'stop'): Promise<void> => {
    leaving = true;
    await services.shutdown(how);
    app.exit(0);
  };
  const consider = async (): Promise<void> => {
    const active = services.activeRuns();
    const choice = active.length === 0 ? 'pause' : await ask(active);
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
  services.events.on('run.changed', () => {
    if (background && !leaving && services.activeRuns().length === 0) void leave('pause');
  });
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
