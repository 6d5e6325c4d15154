import { render } from '@testing-library/svelte';
import { tick } from 'svelte';
import Root from '../../../renderer/App.svelte';
import { createApp, type App } from '../../../renderer/state/app.ts';
import { fixtureBridge, type FixtureBridge } from '../fixtures/bridge.ts';

// The stand-in of a browser lays nothing out; what is drawn only where it is in view needs a size.
for (const [property, size] of [['offsetHeight', 800], ['offsetWidth', 1000]] as const) {
  Object.defineProperty(HTMLElement.prototype, property, { configurable: true, get: () => size });
}

/** The whole window on fixtures, opened at an address, once everything asked for has been answered. */
export async function openAt(hash: string, bridge: FixtureBridge = fixtureBridge()): Promise<{ app: App; bridge: FixtureBridge; settle: () => Promise<void> }> {
  localStorage.clear();
  location.hash = hash;
  const app = createApp(bridge, window);
  await app.load();
  render(Root, { app });
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < 5; turn++) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      await tick();
    }
  };
  await settle();
  return { app, bridge, settle };
}
