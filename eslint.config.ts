import js from '@eslint/js';
import svelte from 'eslint-plugin-svelte';
import { defineConfig } from 'eslint/config';
import globals from 'globals';
import tseslint from 'typescript-eslint';

const nondeterministic = [
  { object: 'Math', property: 'random', message: 'Chance comes from the run’s seeded Rng.' },
  { object: 'Date', property: 'now', message: 'Time is passed in by the host.' },
  { object: 'performance', property: 'now', message: 'Time is passed in by the host.' },
];

export default defineConfig(
  { ignores: ['out/', 'dist/', 'node_modules/', 'main/api/catalog.generated.ts'] },
  js.configs.recommended,
  tseslint.configs.strict,
  svelte.configs.recommended,
  {
    languageOptions: { globals: { ...globals.node } },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true },
      ],
      // An empty class body or static-only class is never needed here, but `void` in a generic (Call<…, void>) is.
      '@typescript-eslint/no-invalid-void-type': 'off',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': [
        'error',
        { max: 80, skipBlankLines: true, skipComments: true, IIFEs: false },
      ],
    },
  },
  { files: ['test/**', 'renderer/**'], rules: { 'max-lines-per-function': 'off' } },
  {
    files: ['main/{core,fairness,engine,data}/**/*.ts'],
    rules: { 'no-restricted-properties': ['error', ...nondeterministic] },
  },
  {
    files: ['renderer/**/*.{ts,svelte}', 'test/renderer/**', 'test/e2e/**'],
    languageOptions: { globals: { ...globals.browser } },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: tseslint.parser, extraFileExtensions: ['.svelte'] } },
    rules: {
      // The router writes hashes itself; there is no SvelteKit here.
      'svelte/no-navigation-without-resolve': 'off',
      // State is $state.raw and replaced whole; the collections that the rule finds never change once they are shown.
      'svelte/prefer-svelte-reactivity': 'off',
      'prefer-const': 'off',
      'svelte/prefer-const': 'off',
    },
  },
);
