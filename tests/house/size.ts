/**
 * Prints how large lib/ is: lines of code without comments and blank lines, files, and exports of
 * TypeScript and JavaScript. `deno task size` runs it; a folder may be named: `deno task size lib/web`.
 */

/** How large a folder is. */
export interface HouseSize {
  /** Lines that hold code: not blank, not only a comment. */
  readonly codeLines: number;
  readonly files: number;
  readonly exports: number;
}

/**
 * How large lib/ may be: a little more than it is. Whoever needs more looks for the second of two things
 * first, and then says a larger number here.
 */
export const mostOfLib: HouseSize = {
  codeLines: 22_190,
  files: 244,
  exports: 784,
};

/** Lines of code in one file's text. A comment inside a line of code does not make it two. */
export function countCodeLines(text: string): number {
  const withoutBlocks = text.replaceAll(
    /^[ \t]*\/\*[\s\S]*?\*\/[ \t]*$/gm,
    "",
  );
  return withoutBlocks.split("\n").filter((line) =>
    line.trim() !== "" && !line.trim().startsWith("//")
  ).length;
}

/** How many names a file exports by a declaration or a list. */
export function countExports(text: string): number {
  const declared = text.match(
    /^export (?:declare )?(?:default )?(?:abstract )?(?:async )?(?:function|const|let|class|interface|type(?! \{)|enum)\b/gm,
  )?.length ?? 0;
  const listed = [...text.matchAll(/^export (?:type )?\{([^}]*)\}/gm)]
    .flatMap(([, names]) => names!.split(",").filter((name) => name.trim()))
    .length;
  return declared + listed;
}

/** Sizes of all TypeScript and JavaScript below a folder. */
export function measureFolder(folder: string): HouseSize {
  let codeLines = 0, files = 0, exports = 0;
  for (const path of sources(folder)) {
    const text = Deno.readTextFileSync(path);
    codeLines += countCodeLines(text);
    exports += countExports(text);
    files++;
  }
  return { codeLines, files, exports };
}

function asLine(name: string, { codeLines, files, exports }: HouseSize) {
  return `${name.padEnd(16)}${`${codeLines}`.padStart(6)} lines of code` +
    `${`${files}`.padStart(5)} files${`${exports}`.padStart(5)} exports`;
}

/** Paths of TypeScript and JavaScript files below a folder. */
export function* sources(folder: string): Generator<string> {
  for (const { name, isDirectory } of Deno.readDirSync(folder)) {
    const path = `${folder}/${name}`;
    if (isDirectory) yield* sources(path);
    else if (/\.[jt]s$/.test(name)) yield path;
  }
}

if (import.meta.main) {
  const folders = Deno.args.length > 0 ? Deno.args : [
    ...[...Deno.readDirSync("lib")].filter(({ isDirectory }) => isDirectory)
      .map(({ name }) => `lib/${name}`).sort(),
    "lib",
  ];
  for (const folder of folders) {
    console.log(asLine(folder, measureFolder(folder)));
  }
  console.log(asLine("lib at most", mostOfLib));
}
