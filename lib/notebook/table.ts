import { Markdown } from "./figure.ts";

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
