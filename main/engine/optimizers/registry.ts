export { sgdMomentum } from './sgdMomentum.ts';
export { adamW } from './adamW.ts';
