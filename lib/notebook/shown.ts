/** What Jupyter looks for on a value that knows how to show itself. */
export const jupyterDisplay = Symbol.for("Jupyter.display");

/** Contents of one notebook output: the same thing in one or more media types. */
export type MediaBundle = Readonly<Record<string, string>>;

/** A value that a notebook's front end shows. */
export interface Shown {
  [jupyterDisplay](): MediaBundle;
}

/**
 * Shows values one below the other, Markdown as text.
 *
 * The kernel may show a cell's last value after it has said that the cell is done; what is awaited
 * is there before.
 */
export async function show(...values: readonly (Shown | string)[]) {
  for (const value of values) {
    if (typeof value !== "string") await Deno.jupyter.display(value);
    else {
      const text = { "text/markdown": value, "text/plain": value };
      await Deno.jupyter.display(text, { raw: true });
    }
  }
}

/** A table in Markdown. Cells are plain text, whatever they contain. */
export function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [
    line(head),
    line(head.map(() => ":---")),
    ...rows.map((cells) => line(cells.map(plain))),
  ].join("\n");
}

/** Keeps Markdown and HTML from reading anything into a cell's text. */
function plain(text: string): string {
  return text.replace(/\s+/g, " ").replace(/[\\`*_{}[\]<>|~&$#]/g, "\\$&");
}

/** Says whether a prediction held, for a reader who made one before running the cell. */
export async function check(
  question: string,
  prediction: string | number,
  found: string | number,
) {
  await show(
    prediction === found
      ? `✔ ${question} **${found}**, as predicted.`
      : `✘ ${question} **${found}**, not ${prediction} as predicted. Why?`,
  );
}

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
