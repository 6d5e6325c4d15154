export { simclrCnn } from './simclrCnn.ts';
export { simclrResnet } from './simclrResnet.ts';
export { maeVit } from './maeVit.ts';
export { simclrConv1d } from './simclrConv1d.ts';
export { maskedTokens } from './maskedTokens.ts';
export { maskedMlp } from './maskedMlp.ts';
