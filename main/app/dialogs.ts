import { BrowserWindow, dialog } from 'electron';

/** Lets the user choose a folder or file in the system's dialog; null if nothing was chosen. */
export async function choosePath(kind: 'folder' | 'file'): Promise<string | null> {
  const options = {
    properties: [kind === 'folder' ? 'openDirectory' : 'openFile'],
  } satisfies Electron.OpenDialogOptions;
  const window = BrowserWindow.getFocusedWindow();
  const { filePaths } = await (window
    ? dialog.showOpenDialog(window, options)
    : dialog.showOpenDialog(options));
  return filePaths[0] ?? null;
}
