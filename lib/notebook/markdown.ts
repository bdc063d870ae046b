/** What Jupyter looks for on a value that knows how to show itself. */
export const jupyterDisplay = Symbol.for("Jupyter.display");

/** Contents of one notebook output: the same thing in one or more media types. */
export type MediaBundle = Readonly<Record<string, string>>;

/** A value that a cell hands to `Deno.jupyter.display`. */
export interface Shown {
  [jupyterDisplay](): MediaBundle;
}

/** Text that a front end lays out as Markdown. */
export class Markdown implements Shown {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }

  [jupyterDisplay](): MediaBundle {
    return { "text/markdown": this.text, "text/plain": this.text };
  }
}

/** A table; numbers stand to the right. Cells are plain text, whatever they contain. */
export function table(
  head: readonly string[],
  rows: readonly (readonly (string | number)[])[],
): Markdown {
  const rule = head.map((_, column) =>
    rows.every((row) => typeof row[column] === "number") ? "---:" : ":---"
  );
  const lines = [head, rule, ...rows].map((cells, index) =>
    `| ${
      cells.map((cell) => index === 1 ? cell : plain(String(cell))).join(" | ")
    } |`
  );
  return new Markdown(lines.join("\n"));
}

/** Keeps Markdown and HTML from reading anything into a cell's text. */
function plain(text: string): string {
  return text.replace(/\s+/g, " ").replace(/[\\`*_{}[\]<>|~&$#]/g, "\\$&");
}

/** A figure that a front end shows as HTML; it needs no network and no kernel. */
export class Html implements Shown {
  constructor(readonly html: string, readonly description: string) {}

  [jupyterDisplay](): MediaBundle {
    return { "text/html": this.html, "text/plain": this.description };
  }
}
