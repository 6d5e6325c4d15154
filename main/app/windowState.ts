import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** Where the window was when it was last closed; x and y are absent the first time. */
export interface WindowState {
  readonly width: number;
  readonly height: number;
  readonly x?: number;
  readonly y?: number;
  readonly maximized: boolean;
}

interface Area {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const FIRST: WindowState = { width: 1360, height: 880, maximized: false };

/** The remembered place if it still lies on a screen; otherwise the first one. A damaged file counts as none. */
export function readWindowState(file: string, screens: readonly Area[]): WindowState {
  const { width, height, x, y, maximized } = readNumbers(file);
  if (width === undefined || height === undefined || width < 400 || height < 300) return FIRST;
  const size = { width, height, maximized: maximized === 1 };
  if (x === undefined || y === undefined) return size;
  const visible = screens.some(
    (screen) =>
      x < screen.x + screen.width - 50 &&
      x + width > screen.x + 50 &&
      y >= screen.y &&
      y < screen.y + screen.height - 50,
  );
  return visible ? { ...size, x, y } : size;
}

/** Remembers the place of a window (temp + rename); a place that cannot be written, as on a full disk, is forgotten. */
export function writeWindowState(file: string, state: WindowState): void {
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(`${file}.new`, JSON.stringify(state));
    renameSync(`${file}.new`, file);
  } catch {
    // A window that opens elsewhere next time is no reason to keep this one from closing.
  }
}

function readNumbers(file: string): Partial<Record<'width' | 'height' | 'x' | 'y' | 'maximized', number>> {
  try {
    const read: unknown = JSON.parse(readFileSync(file, 'utf8'));
    const entries = Object.entries(read ?? {}).map(([key, value]) => [key, Number(value)] as const);
    return Object.fromEntries(entries.filter(([, value]) => Number.isFinite(value)));
  } catch {
    return {};
  }
}
