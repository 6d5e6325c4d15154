export { commonSubexpressions } from './commonSubexpressions.ts';
export { constantFolding } from './constantFolding.ts';
export { layout } from './layout.ts';
export { prune } from './prune.ts';
