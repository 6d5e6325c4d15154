import { BrowserWindow, screen } from 'electron';
import { APP_PAGE } from './appProtocol.ts';
import { readWindowState, writeWindowState } from './windowState.ts';

export interface WindowOptions {
  /** The bundled preload script. */
  readonly preload: string;
  /** File in which the window's place is remembered. */
  readonly stateFile: string;
  readonly icon: string;
}

/** Opens the one window of the app, or brings it back to the front. */
export function showMainWindow(options: WindowOptions): BrowserWindow {
  const [open] = BrowserWindow.getAllWindows();
  if (open) {
    if (open.isMinimized()) open.restore();
    open.show();
    open.focus();
    return open;
  }
  return openWindow(options);
}

function openWindow({ preload, stateFile, icon }: WindowOptions): BrowserWindow {
  const { maximized, ...place } = readWindowState(
    stateFile,
    screen.getAllDisplays().map((display) => display.workArea),
  );
  const window = new BrowserWindow({
    ...place,
    minWidth: 720,
    minHeight: 480,
    show: false,
    title: 'Pretext',
    icon,
    backgroundColor: '#f6f6f4',
    webPreferences: {
      preload,
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      webviewTag: false,
      spellcheck: false,
    },
  });
  window.removeMenu();
  if (maximized) window.maximize();
  window.once('ready-to-show', () => window.show());
  window.on('close', () =>
    writeWindowState(stateFile, { ...window.getNormalBounds(), maximized: window.isMaximized() }),
  );
  void window.loadURL(APP_PAGE);
  return window;
}
