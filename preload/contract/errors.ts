/** Every way a call can fail, as the renderer, the command line and the tests know it. */
export const ERROR_CODES = [
  'usage', // the request itself is malformed: a wrong argument, an unknown key
  'notFound', // the named thing is not in the workspace
  'invalidConfig', // a run config was refused
  'invalidData', // a data set, file or prediction table was refused
  'readOnly', // this process opened the workspace read-only
  'conflict', // the thing is in a state that does not allow this
  'engine', // an engine or device failed or is missing
  'diskFull', // there is not enough room
  'cancelled', // the user cancelled it
  'forbidden', // the door refused: token, origin, host or sender
  'internal', // a fault of Pretext itself
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

/** An AppError as plain data, the form that crosses process borders. */
export interface PlainError {
  readonly code: ErrorCode;
  /** One sentence: what happened and where. */
  readonly message: string;
  /** What to do about it; empty if nothing can be done. */
  readonly hint: string;
}

/** A failure with a sentence for its reader: what happened, where, and what to do. */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: ErrorCode;
  readonly hint: string;

  constructor(plain: { readonly code: ErrorCode; readonly message: string; readonly hint?: string }) {
    super(plain.message);
    this.code = plain.code;
    this.hint = plain.hint ?? '';
  }

  /** The form that crosses process borders. */
  toPlain(): PlainError {
    return { code: this.code, message: this.message, hint: this.hint };
  }
}

/** Any thrown value as a PlainError; what is not an AppError becomes `internal`. */
export function toPlainError(cause: unknown): PlainError {
  if (cause instanceof AppError) return cause.toPlain();
  const message = cause instanceof Error ? cause.message : String(cause);
  return { code: 'internal', message, hint: 'This is a fault of Pretext: please report it with the log.' };
}

/** The answer to any call: exactly one of value and error. */
export type Answer<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: PlainError };
