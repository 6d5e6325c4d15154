/** Where a command line program speaks: results to `out`, progress and complaints to `err`. */
export interface Terminal {
  out(text: string): void;
  err(text: string): void;
  /** Calls back once when the user asks it to leave (Ctrl-C, SIGTERM); asked again, the process ends. Returns a function that ends the waiting. */
  onInterrupt(listener: () => void): () => void;
}

/** One Ctrl-C may arrive twice, from the terminal and from a parent process; a later one means: at once. */
const SAME_INTERRUPT_MS = 1000;

/** The terminal of this process. */
export function processTerminal(): Terminal {
  // A reader such as `head` that has enough closes the pipe: there is nobody left to write to.
  process.stdout.on('error', (cause: NodeJS.ErrnoException) => {
    if (cause.code !== 'EPIPE') throw cause;
    process.exit(0);
  });
  return {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    onInterrupt(listener) {
      let first: number | null = null;
      const hear = (): void => {
        const now = performance.now();
        if (first === null) {
          first = now;
          listener();
        } else if (now - first > SAME_INTERRUPT_MS) process.exit(130);
      };
      process.on('SIGINT', hear).on('SIGTERM', hear);
      return () => void process.off('SIGINT', hear).off('SIGTERM', hear);
    },
  };
}

/** Columns as wide as their widest cell, two spaces between; columns of numbers are aligned right. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, at) => Math.max(title.length, ...rows.map((row) => row[at]?.length ?? 0)));
  const numeric = head.map(
    (_title, at) => rows.length > 0 && rows.every((row) => /^[-+]?[\d.,]*%?$|^–$/.test(row[at] ?? '')),
  );
  const line = (row: readonly string[]): string =>
    row
      .map((cell, at) => (numeric[at] ? cell.padStart(widths[at] ?? 0) : cell.padEnd(widths[at] ?? 0)))
      .join('  ')
      .trimEnd();
  return [head, ...rows].map((row) => `${line(row)}\n`).join('');
}

/** A number as people read it: four significant digits, whole numbers whole; what is undefined as a dash. */
export function readable(value: number | null): string {
  if (value === null || Number.isNaN(value)) return '–';
  if (Number.isInteger(value)) return value.toLocaleString('en-GB');
  const digits = Math.abs(value) >= 1000 ? 0 : Math.abs(value) >= 0.001 ? 4 : null;
  return digits === null
    ? value.toExponential(2)
    : value.toFixed(digits === 0 ? 0 : Math.abs(value) >= 10 ? 2 : 4);
}

/** A duration in words: `42 s`, `3 min 10 s`, `2 h 5 min`. */
export function duration(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

/** One JSON value; typed arrays become lists, what JSON has no word for becomes null. */
export function toJsonText(value: unknown): string {
  const plain = (_key: string, item: unknown): unknown =>
    ArrayBuffer.isView(item) && !(item instanceof DataView)
      ? Array.from(item as unknown as ArrayLike<number>)
      : item;
  return `${JSON.stringify(value ?? null, plain, 2)}\n`;
}
