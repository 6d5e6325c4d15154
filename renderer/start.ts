import '@fontsource-variable/inter';
import '@fontsource-variable/jetbrains-mono';
import './styles.css';
import { mount } from 'svelte';
import type { Bridge } from '../preload/contract/bridge.ts';
import Root from './App.svelte';
import { createApp, type App } from './state/app.ts';

/** Mounts the window on a bridge and begins to load. */
export function startApp(bridge: Bridge, host: Window, target: HTMLElement): App {
  const app = createApp(bridge, host);
  mount(Root, { target, props: { app } });
  void app.load();
  return app;
}
