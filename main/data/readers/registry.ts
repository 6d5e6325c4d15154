export { colouredDigits } from './colouredDigits.ts';
export { idx } from './idx.ts';
export { imageFolder } from './imageFolder.ts';
export { tabular } from './tabular.ts';
