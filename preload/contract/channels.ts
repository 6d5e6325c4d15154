/** Names of the two Electron channels between a window and main: questions, and batches of events. */
export const CALL_CHANNEL = 'pretext:call';
export const EVENT_CHANNEL = 'pretext:events';
