import type { Client } from '../client.ts';

/** Where the first of the dropped things lies, as far as the host or the drag itself tells; empty if neither does. */
export function droppedPath(event: DragEvent, client: Pick<Client, 'pathOf'>): string {
  const file = event.dataTransfer?.files[0];
  const told = file ? client.pathOf(file) : null;
  if (told !== null) return told;
  const text = event.dataTransfer?.getData('text/uri-list') || event.dataTransfer?.getData('text/plain') || '';
  const first = text.split(/\r?\n/)[0] ?? '';
  if (first.startsWith('file://')) return decodeURIComponent(new URL(first).pathname);
  return first.startsWith('/') ? first : '';
}

/** What to say where the drop told nothing. */
export const NO_PATH = {
  title: 'The browser does not tell where the dropped files lie.',
  detail: 'Type the path, or choose it with Browse: Pretext reads it on the machine it runs on.',
} as const;
