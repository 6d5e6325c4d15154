import { existsSync, globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { importsOf, listSources, readSource, type FoundImport } from './support/imports.ts';
import { LAW, type RoomLaw } from './support/importLaw.ts';

function lawOf(file: string): RoomLaw | undefined {
  return LAW.find((law) => file.startsWith(law.room));
}

/** The sentence that says which rule an import breaks, or null. */
function breach(found: FoundImport): string | null {
  const law = lawOf(found.file);
  if (!law) return `${found.file}: no room of the house holds this file.`;
  if (found.target.kind === 'file') {
    const { path } = found.target;
    if (path.startsWith(law.room) || law.rooms.some((room) => path.startsWith(room))) return null;
    return `${found.file} imports ${path}, but ${law.room} may import only ${law.rooms.join(', ') || 'nothing'}.`;
  }
  const { name } = found.target;
  const local = (law.inFiles ?? [])
    .filter((rule) => rule.files.test(found.file))
    .flatMap((rule) => rule.packages);
  if ([...law.packages, ...local].some((pattern) => pattern.test(name))) return null;
  return `${found.file} imports the package ${name}, which ${law.room} may not.`;
}

describe('the house', () => {
  const sources = listSources();

  it('has sources to judge', () => {
    expect(sources.length).toBeGreaterThan(20);
  });

  it('lets every file import only what its room may', () => {
    expect(
      sources.flatMap((file) => importsOf(file).map(breach)).filter((sentence) => sentence !== null),
    ).toEqual([]);
  });

  it('imports files that exist', () => {
    const missing = sources
      .flatMap((file) => importsOf(file))
      .filter(({ target }) => target.kind === 'file' && !existsSync(target.path));
    expect(missing.map(({ file, specifier }) => `${file}: ${specifier}`)).toEqual([]);
  });

  it('catches a breach: electron in a pure room, node in a Svelte script, a foreign room by dynamic import', () => {
    const judge = (file: string, text: string): (string | null)[] => importsOf(file, text).map(breach);
    expect(judge('main/core/x.ts', "import { app } from 'electron';")).toEqual([
      'main/core/x.ts imports the package electron, which main/core/ may not.',
    ]);
    expect(
      judge('renderer/pages/X.svelte', '<script lang="ts">import fs from \'node:fs\';</script><p>x</p>'),
    ).toEqual(['renderer/pages/X.svelte imports the package node:fs, which renderer/ may not.']);
    expect(judge('main/engine/x.ts', "const store = await import('../store/index.ts');")).toEqual([
      'main/engine/x.ts imports main/store/index.ts, but main/engine/ may import only preload/contract/, main/core/, main/fairness/representation/.',
    ]);
    expect(
      judge('main/engine/methods/x.ts', "import { compileStep } from '../../compiler/index.ts';"),
    ).toHaveLength(1);
    expect(
      judge('main/engine/backends/onnx.ts', "import { compileStep } from '../../compiler/index.ts';"),
    ).toEqual([null]);
  });

  it('has no file called utils, helpers, common, misc or manager', () => {
    const vague = globSync('{preload,main,renderer,test}/**/*.*').filter((file) =>
      /(^|[/\\])(utils?|helpers?|common|misc|manager)\.[^/\\]+$/i.test(file),
    );
    expect(vague).toEqual([]);
  });

  it('keeps the table-of-contents files short', () => {
    const limits: readonly (readonly [string, number])[] = [
      ['preload/index.ts', 40],
      ['main/index.ts', 80],
    ];
    for (const [file, limit] of limits)
      expect(readSource(file).split('\n').length, file).toBeLessThanOrEqual(limit);
  });

  it('has a README in every room', () => {
    const rooms = [
      'preload',
      ...globSync('main/*/').map((room) => room.replace(/[/\\]$/, '')),
      'renderer',
      'test',
    ];
    expect(rooms.filter((room) => !existsSync(`${room}/README.md`))).toEqual([]);
  });

  it('keeps pure rooms free of ambient types', () => {
    for (const room of ['preload/contract', 'main/core', 'main/fairness']) {
      const base = JSON.parse(readFileSync('tsconfig.base.json', 'utf8')) as {
        compilerOptions: { types: string[] };
      };
      const own = JSON.parse(readFileSync(`${room}/tsconfig.json`, 'utf8')) as {
        compilerOptions?: { types?: string[] };
      };
      expect(own.compilerOptions?.types ?? base.compilerOptions.types, room).toEqual([]);
    }
  });
});
