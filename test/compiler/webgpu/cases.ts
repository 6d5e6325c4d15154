import type { KernelCase } from '../kernelCases.ts';
import * as families from '../kernelFamilies.ts';

/** A case with the family it stands in. */
export interface NamedCase {
  readonly family: string;
  readonly kernelCase: KernelCase;
}

/**
 * The kernel cases that are compared between devices. Those with 16 channels or images are about the processor's
 * blocked layouts; on other devices they are the same graphs as the small ones, and slow to compile.
 */
export const deviceCases: readonly NamedCase[] = Object.entries(
  families as Readonly<Record<string, readonly KernelCase[]>>,
).flatMap(([family, list]) =>
  list
    .filter(({ shapes }) => !shapes.some((shape) => shape.includes(16)))
    .map((kernelCase) => ({ family, kernelCase })),
);

/** What differs on WebGPU in software, and why. */
export const unlike: Readonly<Record<string, string>> = {
  'unaryCases: isNaN, isInf, isFinite': 'shader compilers may take it that there is no NaN',
  'volumeCases: maxPoolWithArgmax': 'ONNX Runtime’s WebGPU pool gives no positions',
};
