export { smallCnn } from './smallCnn.ts';
export { resnet9 } from './resnet9.ts';
export { resnet18 } from './resnet18.ts';
export { vit } from './vit.ts';
export { tableMlp } from './tableMlp.ts';
export { ftTransformer } from './ftTransformer.ts';
export { conv1d } from './conv1d.ts';
export { seriesTransformer } from './seriesTransformer.ts';
