import type { ExportedFile } from '../preload/contract/vocabulary.ts';

/** Hands a file to the user the way the host saves downloads. */
export function saveFile(file: Pick<ExportedFile, 'fileName' | 'mediaType'> & { readonly data: BlobPart }): void {
  const address = URL.createObjectURL(new Blob([file.data], { type: file.mediaType }));
  const link = document.createElement('a');
  link.href = address;
  link.download = file.fileName;
  document.body.append(link);
  link.click();
  link.remove();
  // The download has its own hold of the data once it has begun.
  setTimeout(() => URL.revokeObjectURL(address), 30_000);
}

/** A file that a call made. */
export function saveExport(file: ExportedFile): void {
  saveFile({ ...file, data: new Uint8Array(file.data) });
}

/** Puts text on the clipboard, also where the page may not ask for it; false if neither way works. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelection(text);
  }
}

function copyBySelection(text: string): boolean {
  const area = document.createElement('textarea');
  area.value = text;
  area.className = 'hidden-visually';
  document.body.append(area);
  area.select();
  const copied = document.execCommand('copy');
  area.remove();
  return copied;
}
