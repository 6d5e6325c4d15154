import { BrowserWindow, ipcMain, type IpcMainInvokeEvent } from 'electron';
import type { Answer } from '../../preload/contract/errors.ts';
import { CALL_CHANNEL, EVENT_CHANNEL } from '../../preload/contract/channels.ts';
import { createCoalescer } from '../api/coalescer.ts';
import type { Door } from '../api/door.ts';
import type { EventHub } from '../api/eventHub.ts';
import { isAppAddress } from './appProtocol.ts';

/** Waiting time in which events for windows join. */
const FLUSH_MS = 100;

/** The door for windows: who asks is checked here, what is asked by the door behind. Returns a function that closes it. */
export function setupIpc(door: Door, events: EventHub): () => void {
  ipcMain.handle(
    CALL_CHANNEL,
    (event, name: unknown, args: unknown): Promise<Answer<unknown>> | Answer<unknown> =>
      isOwnPage(event) ? door.ask(String(name), args) : refuseSender(event),
  );
  const waiting = createCoalescer(Number.POSITIVE_INFINITY);
  const leave = events.onAny((event) => waiting.add(event));
  const flushing = setInterval(() => {
    if (waiting.empty) return;
    const { events: taken } = waiting.take();
    for (const window of BrowserWindow.getAllWindows()) {
      if (!window.isDestroyed() && isAppAddress(window.webContents.getURL()))
        window.webContents.send(EVENT_CHANNEL, taken);
    }
  }, FLUSH_MS);
  return () => {
    ipcMain.removeHandler(CALL_CHANNEL);
    leave();
    clearInterval(flushing);
  };
}

/** The top frame of a window that shows our own interface. */
function isOwnPage({ senderFrame }: IpcMainInvokeEvent): boolean {
  return senderFrame !== null && senderFrame.parent === null && isAppAddress(senderFrame.url);
}

function refuseSender({ senderFrame }: IpcMainInvokeEvent): Answer<unknown> {
  const message = `The page ${JSON.stringify(senderFrame?.url ?? 'that is gone')} may not use Pretext.`;
  return { ok: false, error: { code: 'forbidden', message, hint: '' } };
}
