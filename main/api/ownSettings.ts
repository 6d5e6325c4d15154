import { AppError } from '../../preload/contract/errors.ts';
import type { Store } from '../store/index.ts';

/** Keys of settings that main keeps for itself: windows neither see nor write them. */
const OWN = 'internal.';

/** One value that outlives the process, in the workspace. */
export interface Kept {
  /** As it was written; undefined if it never was. */
  read(): unknown;
  write(value: unknown): void;
}

/** A place for plain data of main's own. */
export function keptIn({ settings }: Pick<Store, 'settings'>, name: string): Kept {
  const key = `${OWN}${name}`;
  return {
    read: () => settings.all()[key],
    write: (value) => settings.set({ [key]: value }),
  };
}

/** The settings that windows may see. */
export function openSettings({ settings }: Pick<Store, 'settings'>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(settings.all()).filter(([key]) => !key.startsWith(OWN)));
}

/** Writes settings for a window. @throws AppError usage for a key that is main's own */
export function writeSettings(
  { settings }: Pick<Store, 'settings'>,
  values: Readonly<Record<string, unknown>>,
): void {
  const own = Object.keys(values).find((key) => key.startsWith(OWN));
  if (own !== undefined)
    throw new AppError({
      code: 'usage',
      message: `The setting ${JSON.stringify(own)} is Pretext's own and cannot be written.`,
      hint: 'Leave it out.',
    });
  settings.set(values);
}
