import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BrowserWindow } from 'electron';

/** Prints an HTML page as PDF in a window that nobody sees, without scripts. */
export async function printPdf(html: Uint8Array): Promise<Uint8Array> {
  // From a file: Chromium refuses addresses longer than 2 MiB, and a report within one would be.
  const folder = await mkdtemp(join(tmpdir(), 'pretext-print-'));
  const window = new BrowserWindow({
    show: false,
    webPreferences: { sandbox: true, javascript: false, contextIsolation: true, nodeIntegration: false },
  });
  try {
    const page = join(folder, 'report.html');
    await writeFile(page, html, { mode: 0o600 });
    await window.loadFile(page);
    return new Uint8Array(await window.webContents.printToPDF({ printBackground: true, pageSize: 'A4' }));
  } finally {
    window.destroy();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
