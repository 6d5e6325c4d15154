import { expect } from 'vitest';
import type { ErrorCode } from '../../../preload/contract/errors.ts';

/** A promise or a piece of work fails with an AppError of that code that is a sentence. */
export async function expectCode(work: Promise<unknown> | (() => unknown), code: ErrorCode): Promise<void> {
  const attempt = typeof work === 'function' ? (async () => work())() : work;
  const error: unknown = await attempt.then(
    () => null,
    (cause: unknown) => cause,
  );
  expect(error).toMatchObject({
    name: 'AppError',
    code,
    message: expect.stringMatching(/^[A-Z].*\.$/s) as string,
  });
}
