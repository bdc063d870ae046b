/**
 * Works on several items at once and yields the results in the items' order. At most `atOnce`
 * are begun and not yet yielded, so that memory stays bounded however slow the reader is. When
 * one fails, or the reader stops, no further item is begun, and those begun are waited for.
 */
export async function* inOrder<T, R>(
  items: Iterable<T>,
  atOnce: number,
  work: (item: T) => Promise<R>,
): AsyncGenerator<R, void, void> {
  const begun: Promise<R>[] = [];
  const begin = (item: T) => {
    const result = work(item);
    // Its error is thrown where it is awaited; until then it is not "unhandled".
    result.catch(() => {});
    begun.push(result);
  };
  try {
    for (const item of items) {
      if (begun.length >= atOnce) yield await begun.shift()!;
      begin(item);
    }
    while (begun.length > 0) yield await begun.shift()!;
  } finally {
    await Promise.allSettled(begun);
  }
}
