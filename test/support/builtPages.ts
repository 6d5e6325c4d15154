import { buildIfStale } from '../../main/serve/build.ts';
import { projectFolder } from '../../main/serve/places.ts';

/** Before the tests in a browser: the interface as it is now. */
export default async function setup(): Promise<void> {
  await buildIfStale(
    projectFolder(),
    {
      made: 'out/renderer/index.html',
      from: ['renderer', 'preload', 'package-lock.json'],
      command: ['node_modules/vite/bin/vite.js', 'build', '--config', 'renderer/vite.config.ts', '--logLevel', 'warn'],
    },
    (line) => console.log(line),
  );
}
