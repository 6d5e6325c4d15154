export * from './imageCases.ts';
export * from './kernelCases.ts';
export * from './volumeCases.ts';
