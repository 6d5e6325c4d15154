import { startApp } from '../../../renderer/start.ts';
import { fixtureBridge } from '../fixtures/bridge.ts';

/** The whole interface on fixtures, to look at while it is being built: `vite test/renderer/gallery`. */
const query = new URLSearchParams(location.search);
const target = document.querySelector<HTMLElement>('#app');
if (target) startApp(fixtureBridge({}, query.has('empty'), Number(query.get('runs') ?? 8)), window, target);
