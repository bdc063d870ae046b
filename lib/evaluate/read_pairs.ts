import { existsSync } from "node:fs";
import {
  basename,
  dirname,
  isAbsolute,
  join,
  normalize,
  resolve,
  sep,
} from "node:path";
import { UsageError } from "../errors.ts";
import { csvParseRows } from "d3-dsv";
import { type Dataset, DatasetBuilder } from "./dataset.ts";

/**
 * Reads a list of pairs: LFW's pairs.txt, or a CSV of `file_x,file_y,Yes|No` with an optional
 * header. Photos lie in `root`, or beside the list.
 *
 * @throws UsageError naming the line that cannot be understood.
 */
export async function readPairs(
  file: string,
  root = dirname(file),
): Promise<Dataset> {
  const text = await readList(file, "a list of pairs");
  const [firstLine] = text.split(/\r?\n/, 1);
  const parse = firstLine!.includes(",") ? parsePairsCsv : parseLfwPairs;
  return parse(text, file, root);
}

/**
 * LFW's pairs.txt: a first line of folds and pairs per kind, then for each fold that many lines
 * `name i j` (genuine) and that many `name i name j` (impostor), where `name i` is the photo
 * name/name_000i.jpg. A first line of one number means one fold (LFW's development sets).
 */
function parseLfwPairs(text: string, file: string, root: string): Dataset {
  const [head = "", ...lines] = linesOf(text);
  const numbers = head.split(/\s+/).map(Number);
  const [perKind = 0, folds = 1] = numbers.toReversed();
  if (numbers.length > 2 || !(perKind > 0) || !(folds > 0)) {
    throw new UsageError(
      `${file}, line 1: "${head}" should be the number of folds and of pairs, as in LFW's pairs.txt.`,
    );
  }
  const announced = 2 * folds * perKind;
  if (lines.length !== announced) {
    throw new UsageError(
      `${file} lists ${lines.length} pairs, but its first line "${head}" announces ${announced}; ` +
        "it is truncated or too long.",
    );
  }
  const builder = new DatasetBuilder();
  const pairs = lines.map((line, i) => {
    const genuine = Math.floor(i / perKind) % 2 === 0;
    const [, first, one, second, other] =
      /^(\S+)\s+(\d{1,6})(?:\s+(\S+))??\s+(\d{1,6})$/.exec(line) ?? [];
    if (first === undefined || genuine !== (second === undefined)) {
      const form = genuine ? "name i j" : "name i name j";
      throw new UsageError(
        `${file}, line ${i + 2}: "${line}" should be "${form}".`,
      );
    }
    return {
      a: lfwPhoto(builder, root, first, Number(one)),
      b: lfwPhoto(builder, root, second ?? first, Number(other)),
      same: second === undefined || second === first,
      fold: numbers.length === 2 ? Math.floor(i / (2 * perKind)) : null,
    };
  });
  return builder.build(pairs);
}

/**
 * Reads LFW's people.txt: the number of folds, then for each fold the number of people and a line
 * `name photos` for each; without folds (LFW's development sets) the number of people comes first.
 * Every pair of those photos counts, across folds, too. Photos lie in `root`, or beside the list.
 *
 * @throws UsageError naming the line that cannot be understood.
 */
export async function readPeople(
  file: string,
  root = dirname(file),
): Promise<Dataset> {
  const lines = linesOf(await readList(file, "a list of people"));
  const numberAt = (at: number) =>
    /^\d+$/.test(lines[at] ?? "") ? Number(lines[at]) : NaN;
  const folded = !Number.isNaN(numberAt(1));
  const folds = folded ? numberAt(0) : 1;
  const builder = new DatasetBuilder();
  let at = folded ? 1 : 0;
  for (let fold = 1; fold <= folds; fold++) {
    const people = numberAt(at);
    const last = at + people;
    for (at++; at <= last; at++) {
      const [, name, photos] = /^(\S+)\s+(\d{1,6})$/.exec(lines[at] ?? "") ??
        [];
      if (name === undefined) break;
      for (let i = 1; i <= Number(photos); i++) {
        lfwPhoto(builder, root, name, i);
      }
    }
    if (at !== last + 1) {
      const found = lines[at] ?? "the end";
      throw new UsageError(
        `${file}, line ${at + 1}: "${found}" where one of ${people} lines ` +
          `"name photos" of fold ${fold} should be.`,
      );
    }
  }
  if (at !== lines.length) {
    throw new UsageError(
      `${file} goes on after its ${folds} folds, at line ${at + 1}: "${
        lines[at]
      }".`,
    );
  }
  return builder.build(null);
}

function linesOf(text: string): string[] {
  return text.split("\n").map((line) => line.trim()).filter(Boolean);
}

/** Adds name/name_000i.jpg. */
function lfwPhoto(
  builder: DatasetBuilder,
  root: string,
  person: string,
  number: number,
): number {
  const name = `${person}_${String(number).padStart(4, "0")}.jpg`;
  return builder.photo(join(root, person, name), name, person);
}

/**
 * CSV of `file_x,file_y,Yes|No` (also same|different, 1|0, true|false), with an optional header
 * and, under a header, an optional column `fold`. Who is who follows from the genuine pairs:
 * photos that they join show one person.
 */
function parsePairsCsv(text: string, file: string, root: string): Dataset {
  const rows = csvRows(text);
  const header = answer(rows[0]?.[2]) === undefined ? rows.shift() : undefined;
  const foldColumn = header?.indexOf("fold") ?? -1;
  const folds = [...new Set(rows.map((row) => row[foldColumn]))];
  const listed = rows.map((row, i) => {
    const same = answer(row[2]);
    if (!row[0] || !row[1] || same === undefined) {
      throw new UsageError(
        `${file}, row ${i + 1 + (header ? 1 : 0)}: "${
          row.join(",")
        }" should be file_x,file_y,Yes or No.`,
      );
    }
    const name = row[foldColumn];
    const fold = name === undefined ? null : folds.indexOf(name);
    return { x: row[0], y: row[1], same, fold };
  });
  const personOf = joinGenuine(listed);
  const builder = new DatasetBuilder();
  const photo = (name: string) =>
    builder.photo(photoPath(root, name), basename(name), personOf(name));
  return builder.build(
    listed.map(({ x, y, ...pair }) => ({ a: photo(x), b: photo(y), ...pair })),
  );
}

/**
 * Where a list's photo lies: below the root, also where the list's paths begin with folders that
 * the root ends with, as deepface's lists of lfw/NAME/PHOTO do beside a root of DATA/lfw.
 */
function photoPath(root: string, name: string): string {
  if (isAbsolute(name)) return name;
  if (existsSync(join(root, name))) return join(root, name);
  const folders = resolve(root).split(sep);
  const parts = normalize(name).split(sep);
  // The longest stretch of shared folders first.
  for (let shared = parts.length - 1; shared > 0; shared--) {
    const path = join(root, ...parts.slice(shared));
    const begins = parts.slice(0, shared).join(sep);
    if (folders.slice(-shared).join(sep) === begins && existsSync(path)) {
      return path;
    }
  }
  return join(root, name);
}

/** The text of a file that the command line names. @throws UsageError when it does not exist. */
export async function readList(file: string, what: string): Promise<string> {
  try {
    return await Deno.readTextFile(file);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new UsageError(`${file} does not exist; give ${what}.`);
  }
}

/** Rows of trimmed fields; blank lines and a byte-order mark are skipped. */
export function csvRows(text: string): string[][] {
  return csvParseRows(
    text.replace(/^\ufeff/, ""),
    (row) =>
      row.some((field) => field.trim())
        ? row.map((field) => field.trim())
        : null,
  );
}

function answer(text: string | undefined): boolean | undefined {
  if (/^(yes|same|1|true)$/i.test(text ?? "")) return true;
  if (/^(no|different|0|false)$/i.test(text ?? "")) return false;
  return undefined;
}

/** Union-find over the genuine pairs; a person is called after the photo that stands for all. */
function joinGenuine(
  pairs: readonly { x: string; y: string; same: boolean }[],
): (photo: string) => string {
  const parent = new Map<string, string>();
  const find = (photo: string): string => {
    let root = photo;
    for (let up = parent.get(root); up !== undefined; up = parent.get(root)) {
      root = up;
    }
    if (root !== photo) parent.set(photo, root);
    return root;
  };
  for (const { x, y, same } of pairs) {
    const [one, other] = [find(x), find(y)];
    if (same && one !== other) parent.set(other, one);
  }
  return find;
}
