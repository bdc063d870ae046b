/** How many cells of a bar are drawn. */
const barCells = 24;

let lines = 0;

/**
 * Goes through items and shows how many are done, on a line that is rewritten in place.
 *
 * @param unit what is counted, e.g. "photos read"
 */
export async function* withProgress<T>(
  unit: string,
  items: readonly T[],
): AsyncGenerator<T, void, void> {
  const display_id = `progress-${Date.now()}-${lines++}`;
  const say = (done: number, update = true) =>
    Deno.jupyter.display(
      { "text/plain": progressText(done, items.length, unit) },
      { raw: true, display_id, update },
    );
  await say(0, false);
  for (const [index, item] of items.entries()) {
    yield item;
    await say(index + 1);
  }
}

/** "████████        8 of 25 photos read"; without the bar once all are done. */
function progressText(done: number, total: number, unit: string): string {
  if (done >= total) return `${total} ${unit}`;
  const full = Math.round(done / total * barCells);
  const bar = "█".repeat(full) + "░".repeat(barCells - full);
  return `${bar} ${done} of ${total} ${unit}`;
}
