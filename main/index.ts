/** The desktop app: paths, then services, then doors, then the window. */
import { join } from 'node:path';
import { app } from 'electron';
import { registerAppScheme, setupAppProtocol } from './app/appProtocol.ts';
import { choosePath } from './app/dialogs.ts';
import { reportFault, setupFaults } from './app/faults.ts';
import { setupHardening, setupPermissions } from './app/hardening.ts';
import { setupIpc } from './app/ipc.ts';
import { setupNotices } from './app/notices.ts';
import { pathsOf } from './app/paths.ts';
import { printPdf } from './app/printPdf.ts';
import { setupQuitting } from './app/quitting.ts';
import { claimSingleInstance } from './app/singleInstance.ts';
import { utilityLauncher } from './app/utilityLauncher.ts';
import { setupWakefulness } from './app/wakefulness.ts';
import { showMainWindow } from './app/window.ts';
import { createServices, defaultWorkspace } from './services.ts';

const paths = pathsOf(import.meta.dirname);
const workspace =
  app.commandLine.getSwitchValue('workspace') || process.env['PRETEXT_WORKSPACE'] || defaultWorkspace();

function show(): void {
  const stateFile = join(app.getPath('userData'), 'window.json');
  void app.whenReady().then(() => showMainWindow({ preload: paths.preload, icon: paths.icon, stateFile }));
}

async function open(): Promise<void> {
  await app.whenReady();
  setupAppProtocol(paths.pages);
  setupPermissions();
  const services = createServices({
    launcher: utilityLauncher(paths.trainer),
    paths: { workspace, workers: paths.workers },
    kind: 'electron',
    choosePath,
    printPdf,
    onFault: reportFault,
  });
  setupIpc(services.door, services.events);
  setupWakefulness(services.events);
  setupNotices(services.events, show);
  setupQuitting(services);
  show();
  await services.start({ windows: true });
}

if (claimSingleInstance(show)) {
  registerAppScheme();
  setupHardening();
  setupFaults(open());
} else {
  app.quit();
}
