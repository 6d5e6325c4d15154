export { simclr } from './simclr.ts';
export { moco } from './moco.ts';
export { byol } from './byol.ts';
export { simsiam } from './simsiam.ts';
export { barlowTwins } from './barlowTwins.ts';
export { vicreg } from './vicreg.ts';
export { rotation } from './rotation.ts';
export { supervised } from './supervised.ts';
