/**
 * Waits until calls have paused for `milliseconds`, then runs `work`; an answer that is no longer the newest is dropped.
 * @returns ask: starts or restarts the wait; cancel: drops everything under way
 */
export function latest<A, T>(
  milliseconds: number,
  work: (argument: A) => Promise<T>,
  accept: (answer: T) => void,
): { ask(argument: A): void; cancel(): void } {
  let newest = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  return {
    ask(argument) {
      const mine = ++newest;
      clearTimeout(timer);
      timer = setTimeout(() => {
        void work(argument).then((answer) => {
          if (mine === newest) accept(answer);
        });
      }, milliseconds);
    },
    cancel() {
      newest += 1;
      clearTimeout(timer);
    },
  };
}

/** Runs `work` at most once per `milliseconds`, always once more after the last request. */
export function paced(milliseconds: number, work: () => void): { ask(): void; cancel(): void } {
  let timer: ReturnType<typeof setTimeout> | undefined;
  return {
    ask() {
      timer ??= setTimeout(() => {
        timer = undefined;
        work();
      }, milliseconds);
    },
    cancel() {
      clearTimeout(timer);
      timer = undefined;
    },
  };
}
