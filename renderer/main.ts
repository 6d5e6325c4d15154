import { electronBridge } from './bridges/electron.ts';
import { cleanAddress, httpBridge } from './bridges/http.ts';
import { startApp } from './start.ts';

cleanAddress(window.location, window.history);

const target = document.querySelector<HTMLElement>('#app');
if (!target) throw new Error('index.html has no #app');

const desktop = electronBridge(window);
if (desktop) {
  startApp(desktop, window, target);
} else {
  const door = httpBridge({ fetch: window.fetch.bind(window), EventSource: window.EventSource });
  const app = startApp(door, window, target);
  door.onMissed(() => void app.load());
  door.onConnection((connected) => app.workspace.setConnected(connected));
}
