export { v001 } from './v001.ts';
