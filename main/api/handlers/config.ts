import type { Handlers } from '../../../preload/contract/calls.ts';
import { configToYaml } from '../../core/configText.ts';
import { lint } from '../../core/linter.ts';
import { configHash, defaultConfig, parseConfig } from '../../core/runConfig.ts';
import { samplesOf } from '../../data/stored.ts';
import { configContext, readConfig } from '../configs.ts';
import type { ApiContext } from '../context.ts';

type Names = 'config.defaults' | 'config.check' | 'config.estimate' | 'views.preview';

/** Run configs before they run: defaults, checks, estimates, and what views do to samples. */
export function configHandlers(context: ApiContext): Pick<Handlers, Names> {
  const { store, runs, catalog } = context;
  return {
    'config.defaults': ({ dataset, method }) => defaultConfig(dataset, method, configContext(context)),
    'config.check': ({ config: given }) => {
      const { config } = readConfig(context, given);
      const findings = lint(config, store.datasets.row(config.dataset), catalog);
      return { config, hash: configHash(config), yaml: configToYaml(config), findings };
    },
    'config.estimate': ({ config: given }) => runs.estimate(readConfig(context, given).config, true),
    'views.preview': async ({ dataset, indices, views: given, count, seed, split }) => {
      const stored = context.storedDataset(dataset);
      const originals = await samplesOf(stored, { split, count: indices.length, seed, indices, group: null });
      // The method is of no consequence here: any complete config checks the views.
      const plain = { dataset: stored.id, method: catalog.methods[0]?.id, views: given };
      const { views } = parseConfig(plain, configContext(context));
      return { originals, ...(await runs.preview({ dataset: stored.id, indices, views, count, seed })) };
    },
  };
}
