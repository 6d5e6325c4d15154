export { algebra } from './algebra.ts';
export { channelAffine } from './channelAffine.ts';
export { commonSubexpressions } from './commonSubexpressions.ts';
export { constantFolding } from './constantFolding.ts';
export { layout } from './layout.ts';
export { prune } from './prune.ts';
export { reluMask } from './reluMask.ts';
