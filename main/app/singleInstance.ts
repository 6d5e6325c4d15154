import { app } from 'electron';

/** True if this is the first process of the app for this user; a later one only calls `show` in the first, and must leave. */
export function claimSingleInstance(show: () => void): boolean {
  if (!app.requestSingleInstanceLock()) return false;
  app.on('second-instance', show);
  app.on('activate', show);
  return true;
}
