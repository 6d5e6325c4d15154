export { smallCnn } from './smallCnn.ts';
export { resnet9 } from './resnet9.ts';
export { resnet18 } from './resnet18.ts';
export { vit } from './vit.ts';
export { tableMlp } from './tableMlp.ts';
export { ftTransformer } from './ftTransformer.ts';
