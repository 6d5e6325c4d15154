/** Works on up to `parallel` items at once and yields the results in the items' order; memory holds no more than those. */
export async function* inOrder<Item, Result>(
  items: readonly Item[],
  parallel: number,
  work: (item: Item) => Promise<Result>,
): AsyncIterable<Result> {
  const pending: Promise<Result>[] = [];
  try {
    for (const item of items) {
      pending.push(work(item));
      if (pending.length >= parallel) yield await (pending.shift() as Promise<Result>);
    }
    while (pending.length > 0) yield await (pending.shift() as Promise<Result>);
  } finally {
    // The reader may have left early, or one item failed: the others must not fail unheard.
    await Promise.allSettled(pending);
  }
}
