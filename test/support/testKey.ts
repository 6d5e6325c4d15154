import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';

/** Tests turn subject ids with a key of their own, never with the user's. Processes that they start inherit it. */
process.env['PRETEXT_KEY_FILE'] ??= join(tmpdir(), `pretext-test-key-${userInfo().uid}`, 'subject.key');
