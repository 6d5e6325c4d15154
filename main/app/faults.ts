import { app, dialog } from 'electron';
import { toPlainError } from '../../preload/contract/errors.ts';

/** A fault of Pretext itself, for the log. */
export function reportFault(where: string, cause: unknown): void {
  console.error(`Fault in ${where}:`, cause);
}

/** An app that cannot open says why in a dialog and leaves. */
export function setupFaults(opening: Promise<void>): void {
  opening.catch((cause: unknown) => {
    reportFault('opening', cause);
    const { message, hint } = toPlainError(cause);
    dialog.showErrorBox('Pretext cannot open', `${message}\n${hint}`);
    app.exit(1);
  });
}
