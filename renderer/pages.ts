import type { Component } from 'svelte';
import Audit from './pages/Audit.svelte';
import Audits from './pages/Audits.svelte';
import Compare from './pages/Compare.svelte';
import Dataset from './pages/Dataset.svelte';
import Datasets from './pages/Datasets.svelte';
import Designer from './pages/Designer.svelte';
import Doctor from './pages/Doctor.svelte';
import Home from './pages/Home.svelte';
import Import from './pages/Import.svelte';
import Policy from './pages/Policy.svelte';
import Representation from './pages/Representation.svelte';
import Run from './pages/Run.svelte';
import Runs from './pages/Runs.svelte';
import Settings from './pages/Settings.svelte';

/** Every page by the first part of its address. */
export const pages: Readonly<Record<string, Component>> = {
  home: Home,
  datasets: Datasets,
  dataset: Dataset,
  import: Import,
  designer: Designer,
  runs: Runs,
  run: Run,
  compare: Compare,
  audits: Audits,
  audit: Audit,
  policy: Policy,
  representation: Representation,
  settings: Settings,
  doctor: Doctor,
};
