import { AppError } from '../../preload/contract/errors.ts';
import type { Engine } from './engine.ts';

/** How ONNX Runtime, TensorFlow, CUDA, Vulkan, Direct3D and JavaScript itself say that memory ran out. */
const OUT_OF_MEMORY =
  /failed to allocate memory|out of memory|bad_alloc|OOM when allocating|OUT_OF_(DEVICE|HOST)_MEMORY|E_OUTOFMEMORY|CUBLAS_STATUS_ALLOC_FAILED|CUDNN_STATUS_ALLOC_FAILED|RESOURCE_EXHAUSTED|array buffer allocation failed/i;
/** How they say that the device is gone: pulled out, reset by its driver, or hung. */
const LOST =
  /device (is |was |has been )?lost|DEVICE_LOST|DXGI_ERROR_DEVICE_(REMOVED|HUNG|RESET)|unspecified launch failure|illegal memory access|device-side assert|GPU is lost|no longer valid.*device/i;

/** The failure of an engine call as a sentence for its reader; what is no matter of memory or device stays as it is. */
export function explained(
  cause: unknown,
  { id, device }: Pick<Engine, 'id' | 'device'>,
  work: string,
): unknown {
  if (cause instanceof AppError) return cause;
  const text = cause instanceof Error ? cause.message : String(cause);
  if (OUT_OF_MEMORY.test(text))
    return new AppError({
      code: 'engine',
      message: `Memory ran out on ${id}/${device} during ${work}${askedFor(text)}.`,
      hint: 'Make batchSize smaller: memory grows with it first. Then images, encoder and projector. The last checkpoint is kept.',
    });
  if (LOST.test(text))
    return new AppError({
      code: 'engine',
      message: `The device of ${id}/${device} was lost during ${work}: ${text.split('\n')[0] ?? ''}`,
      hint: 'The last checkpoint is kept: resume the run. If it happens again, update the card’s driver or choose another device; pretext doctor tries them.',
    });
  if (/requires f16/.test(text))
    return new AppError({
      code: 'engine',
      message: `The device of ${id}/${device} has no half precision, which ${work} asks for.`,
      hint: 'Set engine.precision to float32.',
    });
  return cause;
}

/** The size that could not be had, where the message tells. */
function askedFor(text: string): string {
  const bytes = /(?:buffer of size|allocate) (\d+)/i.exec(text)?.[1];
  return bytes === undefined ? '' : `, at a request for ${(Number(bytes) / 2 ** 20).toFixed(1)} MiB`;
}

/** The same engine, whose failures say in a sentence that memory ran out or that the device was lost. */
export function explaining(engine: Engine): Engine {
  const guarded = async <T>(work: string, call: () => Promise<T>): Promise<T> => {
    try {
      return await call();
    } catch (cause) {
      throw explained(cause, engine, work);
    }
  };
  return {
    ...engine,
    createState: (values) => guarded('the set-up of its state', () => engine.createState(values)),
    async compile(step, signature, name) {
      const compiled = await guarded(`the set-up of ${name}`, () => engine.compile(step, signature, name));
      return {
        ...compiled,
        run: (state, inputs) => guarded(name, () => compiled.run(state, inputs)),
      };
    },
  };
}
