import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as engines from '../../main/engine/backends/registry.ts';
import { engineCatalog } from '../../main/engine/catalog.ts';
import type { SslMethod, View } from '../../main/engine/method.ts';
import { encoders, entryOf, methods, optimizers, schedules, views } from '../../main/engine/registries.ts';
import { IMAGE } from '../../main/engine/layout.ts';
import { parseParams } from '../../main/core/params.ts';
import { catalogSource } from '../support/generateCatalog.ts';
import { TINY_VIT, tinyConfig } from './tiny.ts';

describe('the engine’s catalog', () => {
  it('is current in main/api/catalog.generated.ts (else run: npm run catalog)', async () => {
    const file = new URL('../../main/api/catalog.generated.ts', import.meta.url);
    expect(readFileSync(file, 'utf8')).toBe(await catalogSource());
  });
  it('lists every registry, the default first', () => {
    const catalog = engineCatalog();
    expect(catalog.methods.length).toBe(Object.keys(methods).length);
    expect(catalog.views.length).toBe(Object.keys(views).length);
    expect([catalog.methods[0]?.id, catalog.encoders[0]?.id, catalog.optimizers[0]?.id, catalog.schedules[0]?.id, catalog.engines[0]?.id]).toEqual(['simclr', 'smallCnn', 'sgdMomentum', 'warmupCosine', 'onnx']); // prettier-ignore
  });
});

describe('what methods say of themselves', () => {
  it.each(Object.values<SslMethod>(methods).filter(({ viewCount }) => viewCount !== undefined))(
    '$id takes as many views as it says, of an encoder that it needs',
    (method) => {
      const { params } = tinyConfig(method.id as keyof typeof methods).method;
      const [plain, transformer] = [
        encoders.smallCnn.build({ width: 4 }, [8, 8, 3], IMAGE),
        encoders.vit.build(TINY_VIT.params, [8, 8, 3], IMAGE),
      ];
      const build = (encoder: typeof plain) =>
        method.build(params, { encoder, shape: [8, 8, 3], layout: IMAGE, classes: 3, batchSize: 8 });
      expect(build(method.needs === 'patches' ? transformer : plain).viewCount).toBe(method.viewCount);
      if (method.needs === 'patches') expect(() => build(plain)).toThrow();
    },
  );
});

describe('every registry entry', () => {
  const registries = { methods, views, encoders, optimizers, schedules, engines };
  it.each(Object.entries(registries))(
    'of %s has the id it is exported under, a title and a summary',
    (_name, registry) => {
      for (const [id, entry] of Object.entries(registry)) {
        expect(entry.id).toBe(id);
        expect(entry.title).not.toBe('');
        expect(entry.summary.endsWith('.')).toBe(true);
      }
    },
  );
  it('of methods names default views whose parameters are valid', () => {
    for (const method of Object.values<SslMethod>(methods))
      for (const choice of [method.views, ...Object.values(method.viewsByModality ?? {})].flat()) {
        const view = entryOf<View>(views, choice.id, 'view');
        expect(parseParams(view.params, choice.params, choice.id)).toEqual(choice.params);
      }
  });
  it('of methods, views and encoders cites a paper and its address', () => {
    for (const { reference } of [
      ...Object.values(methods),
      ...Object.values(views),
      ...Object.values(encoders),
    ]) {
      expect(reference.paper.length).toBeGreaterThan(20);
      expect(reference.url).toMatch(/^https:\/\//);
    }
  });
  it('that nobody knows is refused with the known ones', () => {
    expect(() => entryOf(views, 'blur', 'view')).toThrow(/no view called blur/);
    expect(() => entryOf(views, 'toString', 'view')).toThrow(/no view called toString/);
  });
});
