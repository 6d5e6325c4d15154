import { AppError } from '../../../preload/contract/errors.ts';
import type { DatasetRow, SubjectKeyState } from '../../../preload/contract/vocabulary.ts';
import { isOpenToOthers, openKey, readKey, wrongKey, type KeyPlace } from '../../data/keyFile.ts';
import type { SubjectKey } from '../../data/privacy/subjectKey.ts';
import type { Store } from '../../store/index.ts';
import { keptIn } from '../ownSettings.ts';

/** The key for subject ids of a workspace. */
export interface KeyRing {
  /** Where it is and which one it must be, for whoever opens it. */
  place(): KeyPlace;
  /**
   * The workspace's key, made if none was ever used.
   * @param wanted id of the key that is needed; left out: the workspace's
   * @throws AppError conflict if it is not there
   */
  use(wanted?: string): SubjectKey;
  /** Remembers with which key ids of this workspace are turned; the first one stays. */
  note(id: string): void;
  /** Takes the key in the file for the workspace's. */
  adopt(): SubjectKeyState;
  state(): SubjectKeyState;
}

/** @param file where the key is looked for */
export function createKeyRing(store: Store, file: string): KeyRing {
  const kept = keptIn(store, 'subjectKey');
  const expected = (): string | null => {
    const id = kept.read();
    return typeof id === 'string' ? id : null;
  };
  const place = (): KeyPlace => ({ file, workspace: store.path, expected: expected() });
  const note = (id: string): void => {
    if (expected() === null && !store.readOnly) kept.write(id);
  };
  const use: KeyRing['use'] = (wanted) => {
    const key = wanted === undefined ? openKey(place()) : demand({ ...place(), expected: wanted });
    note(key.id);
    return key;
  };
  return {
    place,
    use,
    note,
    adopt: () => {
      kept.write(openKey({ ...place(), expected: null }).id);
      return stateOf(store, place());
    },
    state: () => stateOf(store, place()),
  };
}

function demand(place: KeyPlace): SubjectKey {
  const present = readKey(place);
  if (present?.id === place.expected) return present;
  throw wrongKey(place, present);
}

function stateOf(store: Store, place: KeyPlace): SubjectKeyState {
  const rows = store.datasets
    .list(true)
    .map((row) => ({ row, ids: store.datasets.manifest(row.id).subjects }));
  const raw = rows.filter(({ ids }) => ids.names !== undefined && ids.key === undefined);
  const others = rows.filter(({ ids }) => ids.key !== undefined && ids.key !== place.expected);
  const idOf = ({ row }: { readonly row: DatasetRow }): string => row.id;
  const { file, expected } = place;
  return { file, expected, ...looked(place), raw: raw.map(idOf), others: others.map(idOf) };
}

function looked(place: KeyPlace): Pick<SubjectKeyState, 'state' | 'present' | 'problem'> {
  try {
    const key = readKey(place);
    const present = key?.id ?? null;
    if (place.expected !== null && present !== place.expected)
      return { state: present === null ? 'missing' : 'other', present, problem: said(wrongKey(place, key)) };
    const problem = isOpenToOthers(place.file)
      ? `Others on this machine may read the key ${place.file}.`
      : null;
    return { state: place.expected === null ? 'unused' : 'ready', present, problem };
  } catch (cause) {
    if (!(cause instanceof AppError)) throw cause;
    return { state: 'unreadable', present: null, problem: said(cause) };
  }
}

function said({ message, hint }: AppError): string {
  return `${message} ${hint}`;
}
