export { v001 } from './v001.ts';
export { v002 } from './v002.ts';
export { v003 } from './v003.ts';
export { v004 } from './v004.ts';
export { v005 } from './v005.ts';
