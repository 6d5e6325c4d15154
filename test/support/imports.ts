import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import ts from 'typescript';

/** One import as written, and what it points to: a file of the project or a package. */
export interface FoundImport {
  /** Importing file, relative to the project, with forward slashes. */
  readonly file: string;
  readonly specifier: string;
  readonly target:
    { readonly kind: 'file'; readonly path: string } | { readonly kind: 'package'; readonly name: string };
}

const ROOT = join(import.meta.dirname, '..', '..');

/** Every source file of the rooms. */
export function listSources(): readonly string[] {
  const found = globSync(['preload/**/*.{ts,svelte}', 'main/**/*.ts', 'renderer/**/*.{ts,svelte}'], {
    cwd: ROOT,
  });
  return found
    .filter((file) => !file.endsWith('.d.ts'))
    .map((file) => file.replaceAll('\\', '/'))
    .sort();
}

/** Text of a source file. */
export function readSource(file: string): string {
  return readFileSync(join(ROOT, file), 'utf8');
}

/** Every import (static, dynamic, re-export, type) of one file; of a Svelte file, those of all its scripts. */
export function importsOf(file: string, text = readSource(file)): readonly FoundImport[] {
  const code = file.endsWith('.svelte') ? svelteScripts(text) : text;
  const specifiers = ts.preProcessFile(code, true, true).importedFiles.map((imported) => imported.fileName);
  return [...new Set(specifiers)].map((specifier) => ({ file, specifier, target: resolve(file, specifier) }));
}

function svelteScripts(text: string): string {
  return [...text.matchAll(/<script\b[^>]*>([\s\S]*?)<\/script>/g)].map((match) => match[1] ?? '').join('\n');
}

function resolve(file: string, specifier: string): FoundImport['target'] {
  if (specifier.startsWith('.')) {
    const path = relative(ROOT, join(ROOT, dirname(file), specifier.replace(/\?.*$/, ''))).replaceAll(
      '\\',
      '/',
    );
    return { kind: 'file', path };
  }
  const parts = specifier.split('/');
  const name = specifier.startsWith('@')
    ? parts.slice(0, 2).join('/')
    : specifier.startsWith('node:')
      ? specifier
      : (parts[0] ?? specifier);
  return { kind: 'package', name };
}
