export { openStore, DATABASE_FILE } from './openStore.ts';
export { artefactFolder } from './artefacts.ts';
export { twoWordName } from './names.ts';
export { MIGRATIONS } from './migrate.ts';
export { RESERVE_BYTES } from './diskRoom.ts';
export type { PolicyStore, StoredPolicy } from './policies.ts';
export type { RepresentationStore } from './representations.ts';
export type * from './store.ts';
