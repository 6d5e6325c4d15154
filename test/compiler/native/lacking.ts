const transforms = ['bilinear', 'nearest'].flatMap((way) =>
  ['constant', 'reflect', 'wrap', 'nearest'].map((fill) => `imageCases: transform ${way}, fill ${fill}`),
);

/** What TensorFlow's binding for JavaScript cannot compute, and what it says when asked. */
export const lacking: Readonly<Record<string, string>> = {
  ...Object.fromEntries(transforms.map((name) => [name, "Kernel 'Transform' not registered"])),
  'convolutionCases: conv2d with explicit padding and stride': "supports only 'valid' and 'same' padding",
  'volumeCases: maxPoolWithArgmax': "Kernel 'MaxPoolWithArgmax' not registered",
  'volumeCases: rotateWithOffset': "Kernel 'RotateWithOffset' not registered",
  'countingCases: denseBincount': "Kernel 'DenseBincount' not registered",
  'countingCases: searchSorted': "Kernel 'SearchSorted' not registered",
  'countingCases: bitwiseAnd': "Kernel 'BitwiseAnd' not registered",
};
