import { contextBridge, ipcRenderer, webUtils } from 'electron';
import type { Bridge } from './contract/bridge.ts';
import { CALL_CHANNEL, EVENT_CHANNEL } from './contract/channels.ts';
import type { EventName, Events } from './contract/events.ts';

type Listener = (payload: Events[EventName]) => void;
const listeners = new Map<string, Set<Listener>>();

ipcRenderer.on(
  EVENT_CHANNEL,
  (_event, batch: readonly { readonly name: EventName; readonly payload: Events[EventName] }[]) => {
    for (const { name, payload } of batch)
      for (const listener of listeners.get(name) ?? []) listener(payload);
  },
);

/** A string or nothing comes out, whatever the page hands in: Electron throws for what is no file, and says '' for one without a path. */
function pathOf(file: object): string | null {
  try {
    return webUtils.getPathForFile(file as File) || null;
  } catch {
    return null;
  }
}

/** What a window sees of the world: asking and listening, and where a file that the user dropped lies. */
const bridge: Bridge = {
  call: (name, args) => ipcRenderer.invoke(CALL_CHANNEL, name, args),
  on(name, listener) {
    const own: Listener = (payload) => (listener as Listener)(payload);
    const others = listeners.get(name) ?? new Set<Listener>();
    listeners.set(name, others.add(own));
    return () => others.delete(own);
  },
  pathOf,
};

contextBridge.exposeInMainWorld('pretext', bridge);
