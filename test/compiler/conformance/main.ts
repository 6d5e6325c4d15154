/** `npm run test:conformance`: TensorFlow.js's operator tests alone. */
import { runConformance } from './run.ts';

const { passed, failed, skipped } = await runConformance();
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
process.exitCode = failed > 0 ? 1 : 0;
