import * as tf from '@tensorflow/tfjs';
import { expect, test } from 'vitest';

import { registerBackend } from '../../../main/compiler/index.ts';
import { withoutLowering } from '../../../main/compiler/kernels/withoutLowering.ts';
import { compiledKernels } from '../../../main/compiler/register.ts';
import { exceptions } from './exceptions.ts';
import { judge } from './judge.ts';
import type { SpecResult } from './specResult.ts';

const spec = (name: string, passed: boolean, fallbacks: string[] = []): SpecResult => ({
  file: 'op',
  name,
  passed,
  message: passed ? '' : 'wrong',
  fallbacks,
  graphs: 1,
  milliseconds: 1,
});

const listed = [{ file: 'op', name: 'known', reason: 'because' }];
const expected = { specs: 2, mayFallBack: (kernel: string): boolean => kernel === 'Unique' };

test('what the list says passes, and is counted', () => {
  const verdict = judge([spec('good', true, ['Unique']), spec('known', false)], listed, expected);
  expect(verdict.complaints).toEqual([]);
  expect(verdict.listed.map(({ name, reason }) => [name, reason])).toEqual([['known', 'because']]);
  expect(verdict.inScope).toEqual({ run: 1, passed: 0 });
  expect(verdict.fallback).toEqual({ run: 1, passed: 1 });
});

test('a new failure and a new pass are complaints', () => {
  const { complaints } = judge([spec('bad', false), spec('known', true)], listed, expected);
  expect(complaints).toEqual(['New failure: op | bad: wrong', 'Listed as failing, but passes: op | known']);
});

test('a lost test, a listed test that is gone, and a kernel that stopped compiling are complaints', () => {
  const { complaints } = judge([spec('good', true, ['Add'])], listed, expected);
  expect(complaints).toEqual([
    'Fell back to the cpu kernel Add: op | good',
    'Listed as failing, but there is no such test: op | known',
    '1 tests ran, and there should be 2.',
  ]);
});

test('every kernel of the cpu backend compiles, or there is a reason why not', () => {
  registerBackend();
  const names = tf.getKernelsForBackend('cpu').map(({ kernelName }) => kernelName);
  const compiled = new Set(compiledKernels());
  expect(names.filter((name) => !compiled.has(name)).sort()).toEqual(Object.keys(withoutLowering).sort());
});

test('every listed failure has a reason', () => {
  for (const { reason } of exceptions) expect(reason.length).toBeGreaterThan(20);
});
