export { simclr } from './simclr.ts';
export { rotation } from './rotation.ts';
export { supervised } from './supervised.ts';
