import type { TrainerExit } from './protocol.ts';

/** Signal numbers that shells and some launchers report as exit code 128 + n. */
const SIGNALS: Readonly<Record<number, string>> = {
  130: 'SIGINT', 132: 'SIGILL', 134: 'SIGABRT', 135: 'SIGBUS', 136: 'SIGFPE', 137: 'SIGKILL', 139: 'SIGSEGV', 143: 'SIGTERM',
}; // prettier-ignore

const NATIVE = new Set(['SIGSEGV', 'SIGBUS', 'SIGILL', 'SIGABRT', 'SIGFPE']);

/** One sentence why a trainer process vanished, from how its launcher saw it end. */
export function describeExit({ code, signal, tail }: TrainerExit): string {
  const name = signal ?? (code === null ? null : (SIGNALS[code] ?? null));
  if (tail.some((line) => line.includes('heap out of memory')))
    return 'The trainer ran out of JavaScript memory; use a smaller batch or fewer samples.';
  if (name === 'SIGKILL')
    return 'The trainer was killed (SIGKILL); perhaps the system ran out of memory: use a smaller batch or encoder.';
  if (name !== null && NATIVE.has(name))
    return `The trainer crashed inside native code (${name})${lastOf(tail)}.`;
  if (name !== null) return `The trainer was ended from outside (${name}).`;
  if (code === 0) return 'The trainer left without finishing its work.';
  if (code === null) return 'The trainer vanished without an exit code.';
  // Windows reports a crash as an NTSTATUS value.
  if (code >>> 0 >= 0xc0000000)
    return `The trainer crashed inside native code (0x${(code >>> 0).toString(16)}).`;
  return `The trainer ended with exit code ${code}${lastOf(tail)}.`;
}

/** The error's own line if there is one, else the last line. */
function lastOf(tail: readonly string[]): string {
  const lines = tail
    .map((line) => line.trim())
    .filter((line) => line !== '' && !/^(at |Node\.js v)/.test(line));
  const line = lines.findLast((candidate) => /\b\w*(Error|Exception)\b/.test(candidate)) ?? lines.at(-1);
  return line === undefined ? '' : `: ${line.slice(0, 300)}`;
}
