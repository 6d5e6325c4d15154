import { app, session } from 'electron';
import { isAppAddress } from './appProtocol.ts';

/** Every page of this app, now and later: stays where it is, opens nothing, embeds nothing. Must run before the first window. */
export function setupHardening(): void {
  app.on('web-contents-created', (_event, contents) => {
    contents.on('will-navigate', (details) => refuseForeign(details));
    contents.on('will-redirect', (details) => refuseForeign(details));
    contents.on('will-frame-navigate', (details) => refuseForeign(details));
    contents.on('will-attach-webview', (event) => event.preventDefault());
    contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  });
}

function refuseForeign(details: { readonly url: string; preventDefault(): void }): void {
  if (!isAppAddress(details.url)) details.preventDefault();
}

/** No camera, no place, no notifications from pages, no devices; writing to the clipboard alone is let through. Call when ready. */
export function setupPermissions(): void {
  const { defaultSession } = session;
  const allowed = (permission: string): boolean => permission === 'clipboard-sanitized-write';
  defaultSession.setPermissionRequestHandler((_contents, permission, answer) => answer(allowed(permission)));
  defaultSession.setPermissionCheckHandler((_contents, permission) => allowed(permission));
  defaultSession.setDevicePermissionHandler(() => false);
}
