import { StoreDamagedError } from "../../errors.ts";
import type { StoreModel } from "../embedding_store.ts";
import { findJsonDamage } from "./json_damage.ts";
import type { Template } from "../../match/gallery.ts";

/** What `embeddings.json` says in its first line about itself. */
export const JSON_SCHEMA = "face-sign-in/embeddings";
/** Raised when the file's shape changes in a way older programs cannot read. */
export const JSON_VERSION = 1;

/** The whole content of a JSON store. */
export interface JsonContent {
  readonly model: StoreModel;
  readonly templates: readonly Template[];
}

/** Writes the content for people and `diff`: a head, then one template per line. */
export function formatJson({ model, templates }: JsonContent): string {
  const { modelId, dimensions } = model;
  const head = {
    schema: JSON_SCHEMA,
    version: JSON_VERSION,
    modelId,
    dimensions,
  };
  const fields = Object.entries(head).map(([name, value]) =>
    `  "${name}": ${JSON.stringify(value)},\n`
  );
  const lines = templates.map((template) =>
    `\n    ${formatTemplate(template)}`
  );
  const list = lines.length === 0 ? "[]" : `[${lines.join(",")}\n  ]`;
  return `{\n${fields.join("")}  "templates": ${list}\n}\n`;
}

function formatTemplate(
  { user, photo, photoSha256, createdAt, vector }: Template,
): string {
  const embedding = Array.from(vector, shortestFloat32);
  return JSON.stringify({ user, photo, photoSha256, createdAt, embedding });
}

/** The shortest decimal that reads back as the same 32-bit number; 9 digits always do (IEEE 754). */
function shortestFloat32(value: number): number {
  for (let digits = 6; digits < 9; digits++) {
    const rounded = Number(value.toPrecision(digits));
    if (Math.fround(rounded) === value) return rounded;
  }
  return Number(value.toPrecision(9));
}

/**
 * Reads what `formatJson` wrote.
 *
 * @throws StoreDamagedError naming the line and column where the text stops being JSON, or the
 * field that is not what it must be.
 */
export function parseJson(path: string, text: string): JsonContent {
  const root = record(path, "the file", parseText(path, text));
  if (root.schema !== JSON_SCHEMA) {
    throw damaged(path, `schema is not "${JSON_SCHEMA}"`);
  }
  if (root.version !== JSON_VERSION) {
    throw damaged(
      path,
      `version is ${
        JSON.stringify(root.version)
      }, this program reads ${JSON_VERSION}`,
    );
  }
  const dimensions = root.dimensions;
  if (
    typeof dimensions !== "number" || !Number.isInteger(dimensions) ||
    dimensions < 1
  ) {
    throw damaged(path, "dimensions is not a whole number above 0");
  }
  const model = { modelId: string(path, "modelId", root.modelId), dimensions };
  if (!Array.isArray(root.templates)) {
    throw damaged(path, "templates is not a list");
  }
  const templates = root.templates.map((item: unknown, i) =>
    parseTemplate(path, `templates[${i}]`, item, dimensions)
  );
  refuseDoubles(path, templates);
  return { model, templates };
}

function parseText(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    const place = findJsonDamage(text);
    const where = place === null
      ? ""
      : ` at line ${place.line}, column ${place.column}`;
    throw damaged(path, `it stops being JSON${where}`);
  }
}

function parseTemplate(
  path: string,
  at: string,
  item: unknown,
  dimensions: number,
): Template {
  const fields = record(path, at, item);
  const photoSha256 = string(path, `${at}.photoSha256`, fields.photoSha256);
  if (!/^[0-9a-f]{64}$/.test(photoSha256)) {
    throw damaged(path, `${at}.photoSha256 is not 64 hexadecimal digits`);
  }
  return {
    user: string(path, `${at}.user`, fields.user),
    photo: string(path, `${at}.photo`, fields.photo),
    photoSha256,
    createdAt: string(path, `${at}.createdAt`, fields.createdAt),
    vector: parseVector(path, `${at}.embedding`, fields.embedding, dimensions),
  };
}

function parseVector(
  path: string,
  at: string,
  value: unknown,
  dimensions: number,
): Float32Array {
  if (!Array.isArray(value)) {
    throw damaged(path, `${at} is not a list of numbers`);
  }
  if (value.length !== dimensions) {
    throw damaged(
      path,
      `${at} has ${value.length} numbers in place of ${dimensions}`,
    );
  }
  const wrong = value.findIndex((number) => !Number.isFinite(number));
  if (wrong >= 0) throw damaged(path, `${at}[${wrong}] is not a number`);
  return Float32Array.from(value);
}

function refuseDoubles(path: string, templates: readonly Template[]): void {
  const seen = new Set<string>();
  for (const [i, { user, photo }] of templates.entries()) {
    const key = JSON.stringify([user, photo]);
    if (seen.has(key)) {
      throw damaged(
        path,
        `templates[${i}] repeats the photo ${photo} of ${user}`,
      );
    }
    seen.add(key);
  }
}

function record(
  path: string,
  at: string,
  value: unknown,
): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw damaged(path, `${at} is not an object`);
  }
  return { ...value };
}

function string(path: string, at: string, value: unknown): string {
  if (typeof value !== "string" || value === "") {
    throw damaged(path, `${at} is not a text`);
  }
  return value;
}

function damaged(path: string, what: string): StoreDamagedError {
  return new StoreDamagedError(
    `${path} is damaged: ${what}; it was left as it is: repair it, put a copy back, or move it away and register again`,
  );
}
