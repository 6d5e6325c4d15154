const SHAPE = 'the shape of its result depends on values';
const STRINGS = 'it works on strings';

/** Kernels of TensorFlow.js's `cpu` backend that have no lowering, and why. Eager code falls back to that backend. */
export const withoutLowering: Readonly<Record<string, string>> = {
  BroadcastArgs: 'its result is a shape, which only the host can use',
  Draw: 'it draws on a canvas',
  Multinomial: 'it draws random numbers, which a step takes as inputs',
  NonMaxSuppressionV3: SHAPE,
  NonMaxSuppressionV4: SHAPE,
  NonMaxSuppressionV5: SHAPE,
  RaggedGather: SHAPE,
  RaggedRange: SHAPE,
  RaggedTensorToTensor: SHAPE,
  SparseFillEmptyRows: SHAPE,
  SparseReshape: SHAPE,
  SparseSegmentMean: SHAPE,
  SparseSegmentSum: SHAPE,
  StaticRegexReplace: STRINGS,
  StringNGrams: STRINGS,
  StringSplit: STRINGS,
  StringToHashBucketFast: STRINGS,
  Unique: SHAPE,
};
