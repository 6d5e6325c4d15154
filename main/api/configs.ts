import { AppError } from '../../preload/contract/errors.ts';
import type { DatasetRow, RunConfig } from '../../preload/contract/vocabulary.ts';
import { parseConfigText, readConfigText, splitSeeds } from '../core/configText.ts';
import { lint } from '../core/linter.ts';
import { parseConfig, type ConfigContext } from '../core/runConfig.ts';
import type { ApiContext } from './context.ts';

/** What a config of this workspace may name. */
export function configContext({ store, catalog }: Pick<ApiContext, 'store' | 'catalog'>): ConfigContext {
  const dataset = (id: string): DatasetRow | null => {
    try {
      return store.datasets.row(id);
    } catch (cause) {
      if (cause instanceof AppError && cause.code === 'notFound') return null;
      throw cause;
    }
  };
  return { catalog, dataset };
}

/**
 * A config given as YAML or JSON text, or as data, and the seeds that it lists.
 * @throws AppError invalidConfig
 */
export function readConfig(
  context: ApiContext,
  given: unknown,
): { readonly config: RunConfig; readonly seeds: readonly number[] } {
  const names = configContext(context);
  if (typeof given === 'string')
    return { config: parseConfigText(given, names), seeds: readConfigText(given).seeds };
  const { config, seeds } = splitSeeds(given);
  return { config: parseConfig(config, names), seeds };
}

/**
 * The config of a baseline of a run: everything the same but the method. A baseline that asks for no views gets none.
 * @throws AppError invalidConfig if the method is no baseline
 */
export function baselineConfig(context: ApiContext, config: RunConfig, id: string): RunConfig {
  const known = context.catalog.methods.filter(({ baseline }) => baseline !== undefined);
  const method = known.find((entry) => entry.id === id);
  if (!method)
    throw new AppError({
      code: 'invalidConfig',
      message: `${JSON.stringify(id)} is no baseline.`,
      hint: `Baselines: ${known.map((entry) => entry.id).join(', ')}.`,
    });
  const views = method.defaultViews.length === 0 ? [] : config.views;
  return parseConfig({ ...config, method: { id }, views }, configContext(context));
}

/**
 * Refuses a config that cannot lead to anything.
 * @throws AppError invalidConfig with the first finding of level error
 */
export function refuseHopeless(context: ApiContext, config: RunConfig): void {
  const finding = lint(config, context.store.datasets.row(config.dataset), context.catalog).find(
    ({ severity }) => severity === 'error',
  );
  if (!finding) return;
  throw new AppError({
    code: 'invalidConfig',
    message: `${finding.path}: ${finding.title}. ${finding.detail}`,
    hint: `Change ${finding.path}.`,
  });
}
