export { warmupCosine } from './warmupCosine.ts';
export { constant } from './constant.ts';
