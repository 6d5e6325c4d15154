export { resizedCrop } from './resizedCrop.ts';
export { horizontalFlip } from './horizontalFlip.ts';
export { colourJitter } from './colourJitter.ts';
export { grayscale } from './grayscale.ts';
export { rotation } from './rotation.ts';
export { gaussianNoise } from './gaussianNoise.ts';
