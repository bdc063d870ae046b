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
