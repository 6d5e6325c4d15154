import { toPlainError, type PlainError } from '../../preload/contract/errors.ts';
import type {
  DatasetId,
  Estimate,
  ExperimentId,
  Finding,
  MethodEntry,
  RunConfig,
  RunId,
  ViewChoice,
} from '../../preload/contract/vocabulary.ts';
import type { Client } from '../client.ts';
import { latest } from '../lib/latest.ts';
import { lineOfPath, withValue } from '../lib/paths.ts';

const KEY = 'pretext.draft';
const CHECK_MS = 200;
const ESTIMATE_MS = 700;

/** A refusal of the YAML text, on the line that it is about where that can be told. */
export interface YamlProblem {
  readonly error: PlainError;
  readonly line: number | null;
}

interface Saved {
  readonly config: RunConfig;
  readonly seeds: string;
  readonly name: string;
  readonly experiment: ExperimentId | null;
}

type Checked =
  | { readonly ok: true; readonly yaml: string; readonly findings: readonly Finding[] }
  | { readonly ok: false; readonly error: PlainError };

/** What a refused launch is answered with. */
export interface LaunchAnswer {
  readonly purpose?: string | null;
  readonly override?: string | null;
}

/** The run being designed: form and YAML are two views of one config. Survives a reload. */
export class Draft {
  readonly #client: Client;
  readonly #storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;
  #config: RunConfig | null = $state.raw(null);
  #seeds = $state('');
  #name = $state('');
  #experiment: ExperimentId | null = $state(null);
  #yaml = $state('');
  #yamlProblem: YamlProblem | null = $state.raw(null);
  #problem: PlainError | null = $state.raw(null);
  #findings: readonly Finding[] = $state.raw([]);
  #estimate: Estimate | null = $state.raw(null);
  #estimating = $state(false);
  #launching = $state(false);
  #refusal: PlainError | null = $state.raw(null);

  readonly #check = latest<RunConfig, Checked>(
    CHECK_MS,
    (config) => this.#ask(config),
    (checked) => this.#accept(checked),
  );
  readonly #measure = latest<RunConfig, Estimate | null>(
    ESTIMATE_MS,
    async (config) => {
      this.#estimating = true;
      // A config that is refused is already shown as such: no second message about it.
      return this.#client.call('config.estimate', { config }).catch(() => null);
    },
    (estimate) => {
      this.#estimate = estimate;
      this.#estimating = false;
    },
  );

  constructor(client: Client, storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>) {
    this.#client = client;
    this.#storage = storage;
    const saved = readSaved(storage.getItem(KEY));
    if (!saved) return;
    this.#config = saved.config;
    this.#seeds = saved.seeds;
    this.#name = saved.name;
    this.#experiment = saved.experiment;
  }

  get config(): RunConfig | null {
    return this.#config;
  }

  /** Seeds as typed: `1, 2, 3`; empty uses the config's own. */
  get seeds(): string {
    return this.#seeds;
  }

  get name(): string {
    return this.#name;
  }

  /** The experiment that the runs join; null: one named after the data set. */
  get experiment(): ExperimentId | null {
    return this.#experiment;
  }

  get yaml(): string {
    return this.#yaml;
  }

  get yamlProblem(): YamlProblem | null {
    return this.#yamlProblem;
  }

  /** Why the config of the form cannot be launched; null if it can. */
  get problem(): PlainError | null {
    return this.#problem;
  }

  get findings(): readonly Finding[] {
    return this.#findings;
  }

  get estimate(): Estimate | null {
    return this.#estimate;
  }

  get estimating(): boolean {
    return this.#estimating;
  }

  get launching(): boolean {
    return this.#launching;
  }

  /** Why consent does not cover the launch that was tried; null if none was refused. */
  get refusal(): PlainError | null {
    return this.#refusal;
  }

  get seedList(): readonly number[] {
    return parseSeeds(this.#seeds);
  }

  /** Starts from every default of a data set and method. */
  async start(dataset: DatasetId, method: string): Promise<void> {
    const config = await this.#client.attempt('config.defaults', { dataset, method });
    if (config) this.#take(config);
  }

  /** Opens a config made elsewhere, such as a run's own. */
  open(config: RunConfig): void {
    this.#take(config);
  }

  /** Checks and estimates what was kept from an earlier visit. */
  resume(): void {
    if (this.#config) this.#take(this.#config);
  }

  /** Changes the method; the views follow unless the user made them their own, and the encoder where the method needs another. */
  async choose(method: MethodEntry, previous: MethodEntry | null): Promise<void> {
    const config = this.#config;
    if (!config) return;
    const defaults = await this.#client.attempt('config.defaults', { dataset: config.dataset, method: method.id });
    if (!defaults) return;
    const usual = previous?.viewsByModality?.[config.modality] ?? previous?.defaultViews ?? null;
    const untouched = usual !== null && sameViews(config.views, usual);
    // A method that needs something of its encoder brings one that has it.
    const encoder = method.needs === undefined || config.encoder.id === defaults.encoder.id ? config.encoder : defaults.encoder;
    this.#take({ ...config, method: defaults.method, encoder, views: untouched ? defaults.views : config.views });
  }

  /** Sets one setting by its path, such as `views.2.params.strength`. */
  set(path: string, value: unknown): void {
    if (this.#config) this.#take(withValue(this.#config, path, value));
  }

  setSeeds(seeds: string): void {
    this.#seeds = seeds;
    this.#save();
  }

  setName(name: string): void {
    this.#name = name;
    this.#save();
  }

  setExperiment(experiment: ExperimentId | null): void {
    this.#experiment = experiment;
    this.#save();
  }

  /** Takes the text of the YAML drawer; a text that is refused leaves the form as it was. */
  async setYaml(text: string): Promise<void> {
    this.#yaml = text;
    try {
      const { config, findings } = await this.#client.call('config.check', { config: text });
      if (text !== this.#yaml) return;
      this.#yamlProblem = null;
      this.#problem = null;
      this.#findings = findings;
      this.#config = config;
      this.#measure.ask(config);
      this.#save();
    } catch (cause) {
      const error = toPlainError(cause);
      if (text === this.#yaml) this.#yamlProblem = { error, line: lineOfError(text, error) };
    }
  }

  /**
   * Queues the runs; answers their ids, or null after the refusal was shown. What consent does not cover is in `refusal`, to be answered
   * with a purpose or a reason.
   */
  async launch(answer: LaunchAnswer = {}): Promise<readonly RunId[] | null> {
    if (!this.#config) return null;
    this.#launching = true;
    this.#refusal = null;
    const asked = {
      ...answer,
      config: this.#config,
      seeds: [...this.seedList],
      experiment: this.#experiment,
      name: this.#name.trim() === '' ? null : this.#name.trim(),
    };
    try {
      return await this.#client.call('runs.launch', asked);
    } catch (cause) {
      const error = toPlainError(cause);
      if (error.code === 'conflict') this.#refusal = error;
      else this.#client.report(error);
      return null;
    } finally {
      this.#launching = false;
    }
  }

  /** Leaves a refused launch alone. */
  dismissRefusal(): void {
    this.#refusal = null;
  }

  discard(): void {
    this.#config = null;
    this.#yamlProblem = null;
    this.#problem = null;
    this.#findings = [];
    this.#estimate = null;
    this.#check.cancel();
    this.#measure.cancel();
    this.#storage.removeItem(KEY);
  }

  #take(config: RunConfig): void {
    this.#config = config;
    this.#save();
    this.#check.ask(config);
    this.#measure.ask(config);
  }

  async #ask(config: RunConfig): Promise<Checked> {
    try {
      const { yaml, findings } = await this.#client.call('config.check', { config });
      return { ok: true, yaml, findings };
    } catch (cause) {
      return { ok: false, error: toPlainError(cause) };
    }
  }

  #accept(checked: Checked): void {
    this.#problem = checked.ok ? null : checked.error;
    if (!checked.ok) return;
    this.#findings = checked.findings;
    this.#yaml = checked.yaml;
    this.#yamlProblem = null;
  }

  #save(): void {
    if (!this.#config) return;
    const saved: Saved = { config: this.#config, seeds: this.#seeds, name: this.#name, experiment: this.#experiment };
    this.#storage.setItem(KEY, JSON.stringify(saved));
  }
}

/** Whole numbers of a list such as `1, 2 3`; what is not one is left out. */
export function parseSeeds(text: string): readonly number[] {
  const numbers = text.split(/[\s,;]+/).filter((part) => /^\d+$/.test(part)).map(Number);
  return [...new Set(numbers)];
}

function readSaved(text: string | null): Saved | null {
  if (text === null) return null;
  try {
    const saved = JSON.parse(text) as Partial<Saved>;
    if (!saved.config || typeof saved.config.dataset !== 'string') return null;
    return {
      config: saved.config,
      seeds: saved.seeds ?? '',
      name: saved.name ?? '',
      experiment: saved.experiment ?? null,
    };
  } catch {
    return null;
  }
}

function sameViews(a: readonly ViewChoice[], b: readonly ViewChoice[]): boolean {
  const own = (views: readonly ViewChoice[]): string =>
    JSON.stringify(views.map((view) => [view.id, view.enabled, Object.entries(view.params).sort()]));
  return own(a) === own(b);
}

/** The line that a refusal speaks of: the path in its sentence, or the parser's own `at line 3`. */
function lineOfError(text: string, error: PlainError): number | null {
  const said = /\bline (\d+)/i.exec(error.message);
  if (said) return Number(said[1]);
  const path = /(?:^|key )((?:[a-zA-Z]\w*)(?:\.\w+)*)/.exec(error.message)?.[1]?.replace(/^config\.?/, '');
  return path ? lineOfPath(text, path) : null;
}
