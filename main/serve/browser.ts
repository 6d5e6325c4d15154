import { spawn } from 'node:child_process';

/** The system's command that opens an address, or null where nobody would see it. */
export function openerFor(
  platform: NodeJS.Platform,
  env: Readonly<Record<string, string | undefined>>,
): readonly [string, ...string[]] | null {
  if (platform === 'darwin') return ['open'];
  // rundll32 takes the address as one argument; cmd would read the & in it.
  if (platform === 'win32') return ['rundll32', 'url.dll,FileProtocolHandler'];
  const seen = env['DISPLAY'] ?? env['WAYLAND_DISPLAY'] ?? '';
  const forwarded = env['SSH_CONNECTION'] !== undefined;
  return seen === '' || forwarded ? null : ['xdg-open'];
}

/** Opens an address in the user's browser; false if that cannot be. */
export function openBrowser(address: string): Promise<boolean> {
  const opener = openerFor(process.platform, process.env);
  if (!opener) return Promise.resolve(false);
  const [program, ...args] = opener;
  return new Promise((resolve) => {
    const child = spawn(program, [...args, address], { stdio: 'ignore', detached: true });
    child.on('error', () => resolve(false));
    child.on('spawn', () => {
      child.unref();
      resolve(true);
    });
  });
}
