export { simclrCnn } from './simclrCnn.ts';
