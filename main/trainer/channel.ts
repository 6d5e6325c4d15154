import type { FromTrainer, ToTrainer } from '../runs/protocol.ts';

/** The trainer's end of the line to main, whatever carries it. */
export interface TrainerChannel {
  post(message: FromTrainer): void;
  onMessage(listener: (message: ToTrainer) => void): void;
  /** Called once when main is gone. */
  onClose(listener: () => void): void;
}

/** What Electron gives a utility process instead of `process.send`. */
interface ParentPort {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (event: { readonly data: unknown }) => void): void;
  on(event: 'close', listener: () => void): void;
}

/** The line of this process: Electron's parent port in a utility process, the IPC channel in a forked Node. Null if there is none. */
export function processChannel(): TrainerChannel | null {
  const { parentPort } = process as { readonly parentPort?: ParentPort };
  if (parentPort) return utilityChannel(parentPort);
  return process.send ? forkChannel() : null;
}

function utilityChannel(port: ParentPort): TrainerChannel {
  return {
    post: (message) => port.postMessage(message),
    onMessage: (listener) => port.on('message', ({ data }) => listener(data as ToTrainer)),
    onClose: (listener) => port.on('close', listener),
  };
}

function forkChannel(): TrainerChannel {
  return {
    post: (message) => {
      // A channel that closed meanwhile is no fault: `disconnect` ends this process.
      if (process.connected) process.send?.(message, undefined, undefined, () => {});
    },
    onMessage: (listener) => process.on('message', (message) => listener(message as ToTrainer)),
    onClose: (listener) => process.once('disconnect', listener),
  };
}
