import { beforeAll, describe, expect, it } from 'vitest';
import type * as tf from '@tensorflow/tfjs';
import { defaultsOf } from '../../../main/core/params.ts';
import { Rng } from '../../../main/core/rng.ts';
import { onnx } from '../../../main/engine/backends/onnx.ts';
import type { Engine } from '../../../main/engine/engine.ts';
import type { Params } from '../../../preload/contract/vocabulary.ts';
import { IMAGE } from '../../../main/engine/layout.ts';
import type { DrawContext, View } from '../../../main/engine/method.ts';
import { drawRectangle } from '../../../main/engine/views/cutout.ts';
import { blurRadius } from '../../../main/engine/views/gaussianBlur.ts';
import { views } from '../../../main/engine/registries.ts';
import reference from '../reference/torch.json' with { type: 'json' };
import { evaluate, largestDifference, tensorOf } from '../tensors.ts';
import { referenceEngine } from '../tiny.ts';

const image = tensorOf([1, 5, 5, 3], (i) => 0.5 + 0.5 * Math.sin(0.9 * i + 0.3 * (i % 7)));
/** The first view of pictures. */
const FIRST: DrawContext = { layout: IMAGE, passage: 0 };
const ofImages = Object.values<View>(views).filter(({ modalities }) => modalities.includes('image'));
const radians = (30 * Math.PI) / 180;

/** View, drawn numbers, name of torchvision's answer. */
const CASES: readonly (readonly [keyof typeof views, readonly number[], keyof typeof reference.views])[] = [
  ['colourJitter', [1.4, 1, 1, 0, 1], 'brightness 1.4'],
  ['colourJitter', [1, 0.6, 1, 0, 1], 'contrast 0.6'],
  ['colourJitter', [1, 1, 1.7, 0, 1], 'saturation 1.7'],
  ['colourJitter', [1, 1, 1, 0.2, 1], 'hue 0.2'],
  ['colourJitter', [1, 1, 1, -0.35, 1], 'hue -0.35'],
  ['colourJitter', [1.3, 0.7, 1.5, -0.1, 1], '1.3 0.7 1.5 -0.1'],
  ['grayscale', [1], 'grayscale'],
  ['resizedCrop', [1, 2, 3, 2], 'crop 1 2 3 2'],
  ['rotation', [radians], 'rotate 30'],
  ['horizontalFlip', [1], 'flip'],
  ['gaussianBlur', [0.8, 1], 'blur 0.8'],
  ['gaussianBlur', [2, 1], 'blur 2'],
  ['cutout', [1, 2, 3, 2, 0.25, 1], 'erase 1 2 3 2 with 0.25'],
];

const engines: Record<string, Engine> = {};
beforeAll(async () => {
  engines['cpu'] = await referenceEngine();
  engines['onnx'] = await onnx.activate({ device: 'cpu', threads: 1 });
});

async function applied(engine: string, view: View, x: typeof image, drawn: ReturnType<View['draw']>) {
  const found = await evaluate(engines[engine] as Engine, { x, drawn }, (given) => ({
    y: view.apply(given['x'] as tf.Tensor4D, given['drawn'] as tf.Tensor),
  }));
  return found['y'] ?? [];
}

describe.each(['cpu', 'onnx'])('views on %s', (engine) => {
  it.each(CASES)('%s with %j is torchvision’s %s', async (id, numbers, name) => {
    const drawn = tensorOf([1, numbers.length], (i) => numbers[i] ?? 0);
    const y = await applied(engine, views[id], image, drawn);
    expect(largestDifference(y, reference.views[name])).toBeLessThan(2e-6);
  });
});

describe('every view of images', () => {
  const batch = tensorOf([6, 8, 8, 3], (i) => 0.5 + 0.5 * Math.sin(1.3 * i));
  const shape = [8, 8, 3] as const;
  it.each(ofImages)('$id draws the same numbers from the same stream, others from another', (view) => {
    const draw = (seed: number) => [
      ...view.draw(Rng.stream(seed, 'v'), defaultsOf(view.params), 6, shape, FIRST).data,
    ];
    expect(draw(1)).toEqual(draw(1));
    const always = Object.keys(view.params).every((key) => key === 'p');
    if (!always) expect(draw(1)).not.toEqual(draw(2));
  });
  it.each(ofImages)('$id keeps shape and range, and does change samples', async (view) => {
    const params = { ...defaultsOf(view.params), ...('p' in view.params ? { p: 1 } : {}) };
    const y = await applied('onnx', view, batch, view.draw(Rng.stream(3, 'v'), params, 6, shape, FIRST));
    expect(y.length).toBe(batch.data.length);
    expect(Math.min(...y)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...y)).toBeLessThanOrEqual(1.000001);
    expect(largestDifference(y, [...batch.data])).toBeGreaterThan(0.05);
  });
  it.each(ofImages.filter((view) => 'p' in view.params))(
    '$id with p = 0 is the identity, bit for bit',
    async (view) => {
      const drawn = view.draw(Rng.stream(3, 'v'), { ...defaultsOf(view.params), p: 0 }, 6, shape, FIRST);
      expect(await applied('onnx', view, batch, drawn)).toEqual([...batch.data]);
    },
  );
  it('resizedCrop of the whole image and rotation by 0 are the identity', async () => {
    const whole = tensorOf([6, 4], (i) => (i % 4 < 2 ? 0 : 8));
    expect(
      largestDifference(await applied('onnx', views.resizedCrop, batch, whole), [...batch.data]),
    ).toBeLessThan(1e-6);
    expect(
      await applied(
        'onnx',
        views.rotation,
        batch,
        tensorOf([6, 1], () => 0),
      ),
    ).toEqual([...batch.data]);
  });
  it('images of one channel keep their shape in colour views', async () => {
    const grey = tensorOf([2, 4, 4, 1], (i) => (i % 5) / 5);
    const params = { ...defaultsOf(views.colourJitter.params), p: 1 };
    const drawn = views.colourJitter.draw(Rng.stream(1, 'g'), params, 2, [4, 4, 1], FIRST);
    expect((await applied('onnx', views.colourJitter, grey, drawn)).length).toBe(32);
    expect(
      await applied(
        'onnx',
        views.grayscale,
        grey,
        tensorOf([2, 1], () => 1),
      ),
    ).toEqual([...grey.data]);
  });
});

describe('what resizedCrop draws', () => {
  it('covers the asked share of the area, within the image, over its whole range', () => {
    const shape = [32, 32, 3] as const;
    const { data } = views.resizedCrop.draw(
      Rng.stream(5, 'c'),
      { scale: [0.2, 0.8], ratio: [0.75, 4 / 3] },
      4000,
      shape,
      FIRST,
    );
    const crops = Array.from({ length: 4000 }, (_, i) => [...data.subarray(4 * i, 4 * i + 4)]);
    const areas = crops.map(([, , h = 0, w = 0]) => (h * w) / 1024);
    expect(
      crops.every(
        ([top = -1, left = -1, h = 0, w = 0]) => top >= 0 && left >= 0 && top + h <= 32 && left + w <= 32,
      ),
    ).toBe(true);
    expect(Math.min(...areas)).toBeGreaterThan(0.17);
    expect(Math.max(...areas)).toBeLessThan(0.83);
    expect(areas.reduce((sum, area) => sum + area, 0) / 4000).toBeCloseTo(0.5, 1);
  });
  it('falls back to the largest central crop where no drawn one fits', () => {
    const { data } = views.resizedCrop.draw(
      Rng.stream(5, 'c'),
      { scale: [1, 1], ratio: [3, 3] },
      1,
      [32, 32, 3],
      FIRST,
    );
    expect([...data]).toEqual([11, 0, 11, 32]);
  });
});

describe('what gaussianBlur does', () => {
  it('looks at a tenth of the image, three pixels at least', () => {
    expect([8, 32, 39, 40, 64, 224].map(blurRadius)).toEqual([1, 1, 1, 2, 3, 11]);
  });
  it('keeps flat images flat, edges too, also where the window is wider than the image', async () => {
    const flat = tensorOf([1, 2, 44, 1], () => 0.5);
    const drawn = tensorOf([1, 2], (i) => (i === 0 ? 5 : 1));
    const y = await applied('onnx', views.gaussianBlur, flat, drawn);
    expect(largestDifference(y, [...flat.data])).toBeLessThan(1e-6);
  });
});

describe('what cutout draws', () => {
  const rectangles = (params: Parameters<typeof drawRectangle>[1], count: number) => {
    const rng = Rng.stream(5, 'r');
    return Array.from({ length: count }, () => drawRectangle(rng, params, [32, 32, 3]));
  };
  it('covers the asked share of the area, within the image', () => {
    const found = rectangles({ scale: [0.1, 0.3], ratio: [0.5, 2] }, 4000);
    const areas = found.map(([, , h, w]) => (h * w) / 1024);
    expect(found.every(([top, left, h, w]) => top + h <= 32 && left + w <= 32)).toBe(true);
    expect(Math.min(...areas)).toBeGreaterThan(0.08);
    expect(Math.max(...areas)).toBeLessThan(0.32);
    expect(areas.reduce((sum, area) => sum + area, 0) / 4000).toBeCloseTo(0.2, 1);
  });
  it('is nothing where no rectangle fits', () => {
    expect(rectangles({ scale: [1, 1], ratio: [1, 1] }, 1)).toEqual([[0, 0, 0, 0]]);
  });
});

describe('what patchMask draws', () => {
  const covered = (params: Params, shape: readonly [number, number, number]) =>
    views.patchMask.draw(Rng.stream(2, 'p'), { p: 1, ...params }, 1, shape, FIRST).data;
  it('covers whole patches, exactly the asked share of them', () => {
    const mask = covered({ ratio: 0.75, patch: 4 }, [16, 16, 3]);
    const patches = Array.from({ length: 16 }, (_, patch) =>
      Array.from({ length: 16 }, (_, i) => {
        const [row, column] = [4 * Math.floor(patch / 4) + Math.floor(i / 4), 4 * (patch % 4) + (i % 4)];
        return mask[row * 16 + column] as number;
      }),
    );
    expect(patches.every((patch) => new Set(patch).size === 1)).toBe(true);
    expect(patches.filter(([first]) => first === 0).length).toBe(12);
  });
  it('cuts patches off at the edge, and covers nothing at a share of 0', () => {
    expect(covered({ ratio: 0.95, patch: 64 }, [5, 7, 1]).every((value) => value === 0)).toBe(true);
    expect(covered({ ratio: 0, patch: 2 }, [5, 7, 1]).every((value) => value === 1)).toBe(true);
  });
});
