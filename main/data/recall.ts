import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ImportOptions } from '../../preload/contract/vocabulary.ts';
import { digestOfValue } from '../core/canonical.ts';
import { artefactPath } from '../core/datasetFiles.ts';
import type { ImportedDataset } from '../core/datasetFiles.ts';
import { contentDigest } from './manifest.ts';
import type { Reader } from './readers/reader.ts';
import type { DataSource, SourceEntry } from './source.ts';

/** Raised whenever a reader makes something else of the same source: older records are then not recalled. */
const IMPORT_VERSION = 2;
const FOLDER = 'imports';
const DIGEST = /^[0-9a-f]{64}$/;

/** Remembers what an import made, so that the same source with the same options need not be read again. */
export interface ImportMemory {
  /** What an import of that fingerprint made, if all of it is still there; else null. */
  recall(fingerprint: string): Promise<ImportedDataset | null>;
  remember(fingerprint: string, dataset: ImportedDataset): Promise<void>;
}

/**
 * Records beside the artefacts of a workspace.
 * @param key id of the workspace's key for subject ids: what another one turned is not recalled
 */
export function fsImportMemory(workspace: string, key: string | null = null): ImportMemory {
  const place = (fingerprint: string): string => join(workspace, FOLDER, `${fingerprint}.json`);
  return {
    recall: async (fingerprint) => {
      const text = await readFile(place(fingerprint), 'utf8').catch(() => null);
      const dataset = text === null ? null : parsed(text);
      const turned = dataset?.manifest.subjects.key;
      if (turned !== undefined && turned !== key) return null;
      return dataset !== null && (await allStored(workspace, dataset)) ? dataset : null;
    },
    remember: async (fingerprint, dataset) => {
      await mkdir(join(workspace, FOLDER), { recursive: true, mode: 0o700 });
      const temporary = `${place(fingerprint)}.${process.pid}.part`;
      await writeFile(temporary, JSON.stringify(dataset), { mode: 0o600 });
      await rename(temporary, place(fingerprint));
    },
  };
}

/** A record that a kill or a full disk cut off is as good as none. */
function parsed(text: string): ImportedDataset | null {
  try {
    return JSON.parse(text) as ImportedDataset;
  } catch {
    return null;
  }
}

async function allStored(workspace: string, { manifest, digest }: ImportedDataset): Promise<boolean> {
  if (contentDigest(manifest) !== digest) return false;
  for (const artefact of digestsIn(manifest))
    if ((await stat(join(workspace, artefactPath(artefact))).catch(() => null)) === null) return false;
  return true;
}

function digestsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return DIGEST.test(value) ? [value] : [];
  return value !== null && typeof value === 'object' ? Object.values(value).flatMap(digestsIn) : [];
}

/**
 * What an import depends on: every file with its size and the mark of its last change, the reader, the options. Null for a source
 * that cannot tell whether it changed.
 */
export async function fingerprintOf(
  source: DataSource,
  reader: Reader,
  options: ImportOptions,
): Promise<string | null> {
  const own = source.entry === null || reader.alone !== true ? null : await source.stat(source.entry);
  const entries: readonly SourceEntry[] = own === null ? await source.list() : [own];
  if (entries.some(({ version, problem }) => version === undefined && problem === null)) return null;
  const files = entries.map(({ path, size, version, problem }) => [path, size, version ?? '', problem ?? '']);
  const { location, entry } = source;
  return digestOfValue({ version: IMPORT_VERSION, reader: reader.id, location, entry, options, files });
}
