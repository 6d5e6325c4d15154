import { describe, expect, it } from 'vitest';
import { bool, choice, float, int, parseParams, range } from '../../main/core/params.ts';
import { AppError } from '../../preload/contract/errors.ts';

const specs = {
  temperature: float(0.5, { min: 0.01, max: 10, doc: 'Temperature.' }),
  layers: int(2, { min: 1, max: 8, doc: 'Layers.' }),
  nesterov: bool(false, 'Nesterov.'),
  norm: choice('batch', ['batch', 'group'], 'Normalisation.'),
  scale: range([0.2, 1], { min: 0.05, max: 1, doc: 'Crop scale.' }),
};

describe('parseParams', () => {
  it('fills in defaults and keeps what is given', () => {
    expect(parseParams(specs, { layers: 3 }, 'p')).toEqual({
      temperature: 0.5,
      layers: 3,
      nesterov: false,
      norm: 'batch',
      scale: [0.2, 1],
    });
  });

  it.each([
    [
      { temprature: 1 },
      'Unknown key p.temprature.',
      'Did you mean p.temperature? Known keys: temperature, layers, nesterov, norm, scale.',
    ],
    [{ zzzzzzzz: 1 }, 'Unknown key p.zzzzzzzz.', 'Known keys: temperature, layers, nesterov, norm, scale.'],
    [
      { temperature: 11 },
      'p.temperature is 11, but must be a number from 0.01 to 10.',
      'Set p.temperature to a number from 0.01 to 10.',
    ],
    [
      { temperature: Number.NaN },
      'p.temperature is null, but must be a number from 0.01 to 10.',
      'Set p.temperature to a number from 0.01 to 10.',
    ],
    [
      { temperature: '1' },
      'p.temperature is "1", but must be a number from 0.01 to 10.',
      'Set p.temperature to a number from 0.01 to 10.',
    ],
    [
      { layers: 2.5 },
      'p.layers is 2.5, but must be a whole number from 1 to 8.',
      'Set p.layers to a whole number from 1 to 8.',
    ],
    [{ nesterov: 1 }, 'p.nesterov is 1, but must be true or false.', 'Set p.nesterov to true or false.'],
    [
      { norm: 'layer' },
      'p.norm is "layer", but must be one of batch, group.',
      'Set p.norm to one of batch, group.',
    ],
    [
      { scale: [0.8, 0.2] },
      'p.scale is [0.8,0.2], but must be a pair [low, high] with 0.05 <= low <= high <= 1.',
      'Set p.scale to a pair [low, high] with 0.05 <= low <= high <= 1.',
    ],
    [
      { scale: 1 },
      'p.scale is 1, but must be a pair [low, high] with 0.05 <= low <= high <= 1.',
      'Set p.scale to a pair [low, high] with 0.05 <= low <= high <= 1.',
    ],
    [
      { layers: undefined },
      'p.layers is undefined, but must be a whole number from 1 to 8.',
      'Set p.layers to a whole number from 1 to 8.',
    ],
  ])('refuses %j with one sentence and a hint', (given, message, hint) => {
    const refuse = (): unknown => parseParams(specs, given, 'p');
    expect(refuse).toThrow(AppError);
    expect(refuse).toThrow(expect.objectContaining({ code: 'invalidConfig', message, hint }) as Error);
  });
});
