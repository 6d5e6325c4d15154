import { createHmac } from 'node:crypto';

/** Bytes of a key: as long as what SHA-256 makes of it. */
export const KEY_BYTES = 32;

const PSEUDONYM = /^subject-[0-9a-f]{32}$/;

/** Turns what people are called in a source into names that tell nothing to whoever lacks the key. */
export interface SubjectKey {
  /** Tells keys apart and gives nothing of them away; kept in the workspace. */
  readonly id: string;
  /** The same for the same name under the same key: `subject-` and 128 bits of HMAC-SHA-256 (RFC 2104, section 5) as hex. */
  readonly pseudonym: (name: string) => string;
}

/**
 * The key that these bytes are. Names are compared in Unicode's composed form and without space around, as readers hand them on.
 * @throws RangeError if there are not 32 of them
 */
export function subjectKeyOf(bytes: Uint8Array): SubjectKey {
  if (bytes.length !== KEY_BYTES) throw new RangeError(`A key has ${KEY_BYTES} bytes, not ${bytes.length}.`);
  // What the key is used for stands before each text: no pseudonym is ever the id of a key.
  const turned = (use: string, text: string): string =>
    createHmac('sha256', bytes).update(`${use}\0${text}`).digest('hex');
  return {
    id: turned('key', 'id').slice(0, 16),
    pseudonym: (name) => `subject-${turned('subject', name.trim().normalize()).slice(0, 32)}`,
  };
}

/** Whether a text has the form of a pseudonym, so that it is not to be turned once more. */
export function isPseudonym(text: string): boolean {
  return PSEUDONYM.test(text);
}
