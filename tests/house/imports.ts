/**
 * What lib/ imports and exports, read from its sources' own text.
 * `deno run --allow-read=. tests/house/imports.ts` prints the names that nobody outside their file uses.
 */
import { posix } from "node:path";
import { sources } from "./size.ts";

/** One source file of lib/. */
export interface Source {
  readonly path: string;
  readonly text: string;
  /** Files that it names in an import or export, or opens as a worker. */
  readonly imports: readonly string[];
  /** Those whose code it needs before its own can run: neither types nor `import()`. */
  readonly needs: readonly string[];
  /** Names that it exports. */
  readonly exports: readonly string[];
}

/** Reads all sources below a folder, without their comments. */
export function readSources(folder: string): Source[] {
  return [...sources(folder)].map((path) => {
    const text = Deno.readTextFileSync(path)
      .replaceAll(/\/\*[\s\S]*?\*\//g, "").replaceAll(/^\s*\/\/.*$/gm, "");
    const beside = (specifiers: Iterable<RegExpMatchArray>) =>
      [...specifiers].map(([, name]) => posix.join(posix.dirname(path), name!));
    return {
      path,
      text,
      imports: beside(text.matchAll(/["'](\.{1,2}\/[^"']+\.[jt]s)["']/g)),
      needs: beside(
        text.matchAll(
          /^(?:import|export) (?!type )[^;"']*?["'](\.{1,2}\/[^"']+\.[jt]s)["']/gm,
        ),
      ),
      exports: exportedNames(text),
    };
  });
}

function exportedNames(text: string): string[] {
  const declared = [
    ...text.matchAll(
      /^export (?:declare )?(?:default )?(?:abstract )?(?:async )?(?:function\*?|const|let|class|interface|type|enum) (\w+)/gm,
    ),
  ].map(([, name]) => name!);
  const listed = [...text.matchAll(/^export (?:type )?\{([^}]*)\}/gm)]
    .flatMap(([, names]) => names!.split(","))
    .map((name) => name.trim().replace(/^type /, "").split(" as ").at(-1)!)
    .filter((name) => name !== "");
  return [...declared, ...listed];
}

/**
 * Every export of a file that is not named mod.ts and that no other file uses, as "path name".
 *
 * @param others files that may use them, too
 */
export function unusedExports(
  files: readonly Source[],
  others: readonly Source[] = [],
): string[] {
  return files.filter(({ path }) => !path.endsWith("/mod.ts")).flatMap(
    ({ path, exports }) => {
      const users = [...files, ...others].filter(({ imports }) =>
        imports.includes(path)
      );
      return exports
        .filter((name) =>
          !users.some(({ text }) => new RegExp(`\\b${name}\\b`).test(text))
        )
        .map((name) => `${path} ${name}`);
    },
  );
}

/** A circle of files that need each other, first and last the same; null where there is none. */
export function findCircle(files: readonly Source[]): string[] | null {
  const needs = new Map(files.map((file) => [file.path, file.needs]));
  const done = new Set<string>();
  const walk = (path: string, above: readonly string[]): string[] | null => {
    if (above.includes(path)) {
      return [...above.slice(above.indexOf(path)), path];
    }
    if (done.has(path)) return null;
    for (const next of needs.get(path) ?? []) {
      const circle = walk(next, [...above, path]);
      if (circle !== null) return circle;
    }
    done.add(path);
    return null;
  };
  for (const { path } of files) {
    const circle = walk(path, []);
    if (circle !== null) return circle;
  }
  return null;
}

if (import.meta.main) {
  for (const line of unusedExports(readSources("lib"))) console.log(line);
}
