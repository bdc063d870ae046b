/** How many cells of a bar are drawn. */
const barCells = 24;

let lines = 0;

/**
 * A line that says how far the work of a cell is, rewritten in place. Call what it returns with
 * the number done so far.
 *
 * @param unit what is counted, e.g. "photos read"
 */
function progressLine(
  unit: string,
  total: number,
): (done: number) => Promise<void> {
  const id = `progress-${Date.now()}-${lines++}`;
  let begun = false;
  return async (done) => {
    const update = begun;
    begun = true;
    await Deno.jupyter.display({
      "text/plain": progressText(done, total, unit),
    }, {
      raw: true,
      display_id: id,
      update,
    });
  };
}

/**
 * Goes through items and shows how many are done: a whole `for await` loop's progress.
 *
 * @param unit what is counted, e.g. "photos read"
 */
export async function* withProgress<T>(
  unit: string,
  items: readonly T[],
): AsyncGenerator<T, void, void> {
  const say = progressLine(unit, items.length);
  await say(0);
  for (const [index, item] of items.entries()) {
    yield item;
    await say(index + 1);
  }
}

/** "████████        8 of 25 photos read"; without the bar once all are done. */
function progressText(
  done: number,
  total: number,
  unit: string,
): string {
  if (done >= total) return `${total} ${unit}`;
  const full = Math.round(done / Math.max(1, total) * barCells);
  return `${"█".repeat(full)}${
    "░".repeat(barCells - full)
  } ${done} of ${total} ${unit}`;
}
