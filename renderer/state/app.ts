import { createContext } from 'svelte';
import type { Bridge } from '../../preload/contract/bridge.ts';
import { Client } from '../client.ts';
import { Router } from '../router.svelte.ts';
import { Appearance } from './appearance.svelte.ts';
import { Audits } from './audits.svelte.ts';
import { Datasets } from './datasets.svelte.ts';
import { Draft } from './draft.svelte.ts';
import { Experiments } from './experiments.svelte.ts';
import { Jobs } from './jobs.svelte.ts';
import { Policies } from './policies.svelte.ts';
import { Representations } from './representations.svelte.ts';
import { Runs } from './runs.svelte.ts';
import { Shell } from './shell.svelte.ts';
import { Toasts } from './toasts.svelte.ts';
import { Tour } from './tour.svelte.ts';
import { Workspace } from './workspace.svelte.ts';

/** Everything a page may use: one of each for the window. */
export interface App {
  readonly client: Client;
  readonly router: Router;
  readonly toasts: Toasts;
  readonly appearance: Appearance;
  readonly workspace: Workspace;
  readonly runs: Runs;
  readonly experiments: Experiments;
  readonly datasets: Datasets;
  readonly audits: Audits;
  readonly policies: Policies;
  readonly representations: Representations;
  readonly jobs: Jobs;
  readonly draft: Draft;
  readonly tour: Tour;
  readonly shell: Shell;
  /** The time now; the only clock of the renderer. */
  readonly now: () => Date;
  /** Loads what every page shows, also again after events were missed. */
  readonly load: () => Promise<void>;
}

/** The window's App inside components. */
export const [useApp, provideApp] = createContext<App>();

/** Wires the states of one window to its bridge. */
export function createApp(bridge: Bridge, host: Window): App {
  const toasts = new Toasts();
  const client = new Client(bridge, (error) => toasts.fail(error));
  const workspace = new Workspace(client);
  const runs = new Runs(client, toasts);
  const datasets = new Datasets(client, toasts);
  const audits = new Audits(client, toasts);
  const policies = new Policies(client, toasts);
  const representations = new Representations(client, toasts);
  const jobs = new Jobs(client);
  const tour = new Tour(client);
  return {
    client,
    toasts,
    workspace,
    runs,
    experiments: new Experiments(client, runs, toasts),
    datasets,
    audits,
    policies,
    representations,
    jobs,
    router: new Router(host),
    appearance: new Appearance(host),
    draft: new Draft(client, host.localStorage),
    tour,
    shell: new Shell(),
    now: () => new Date(),
    load: async () => {
      await Promise.all([workspace.load(), runs.load(), datasets.load(), audits.load(), policies.load(), representations.load(), jobs.load(), tour.load()]);
    },
  };
}
