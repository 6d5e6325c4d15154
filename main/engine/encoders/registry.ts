export { smallCnn } from './smallCnn.ts';
