export { colouredDigits } from './colouredDigits.ts';
