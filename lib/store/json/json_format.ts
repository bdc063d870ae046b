import { parse as parseTolerantly, type ParseError } from "jsonc-parser";
import { z } from "zod";
import { StoreDamagedError } from "../../errors.ts";
import type { Template } from "../../match/gallery.ts";
import type { StoreModel } from "../embedding_store.ts";
import { templateKey } from "../store_rules.ts";

/** What `embeddings.json` says in its first line about itself. */
const SCHEMA = "face-sign-in/embeddings";
/** Raised when the file's shape changes in a way older programs cannot read. */
const VERSION = 1;

/** A number in a list in a template in a list in the file. */
const DEEPEST = 4;

const text = z.string().min(1);
const contentSchema = z.strictObject({
  schema: z.literal(SCHEMA),
  version: z.literal(VERSION, {
    error: ({ input }) => `it is ${input}, this program reads ${VERSION}`,
  }),
  modelId: text,
  dimensions: z.int().min(1),
  templates: z.array(z.strictObject({
    user: text,
    photo: text,
    photoSha256: z.string().regex(/^[0-9a-f]{64}$/),
    createdAt: text,
    embedding: z.array(z.number()),
  })),
});

/** The whole content of a JSON store. */
interface JsonContent {
  readonly model: StoreModel;
  readonly templates: readonly Template[];
}

/** Writes the content for people and `diff`: a head, then one template per line. */
export function formatJson({ model, templates }: JsonContent): string {
  const { modelId, dimensions } = model;
  const head = { schema: SCHEMA, version: VERSION, modelId, dimensions };
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
  const checked = contentSchema.safeParse(parseText(path, text));
  if (!checked.success) {
    const { path: keys, message } = checked.error.issues[0]!;
    throw damaged(path, `${placeText(keys)}: ${message}`);
  }
  const { modelId, dimensions, templates } = checked.data;
  const seen = new Set<string>();
  for (const [i, template] of templates.entries()) {
    const { user, photo, embedding } = template;
    if (embedding.length !== dimensions) {
      throw damaged(
        path,
        `templates[${i}].embedding has ${embedding.length} numbers in place of ${dimensions}`,
      );
    }
    const key = templateKey(template);
    if (seen.has(key)) {
      throw damaged(
        path,
        `templates[${i}] repeats the photo ${photo} of ${user}`,
      );
    }
    seen.add(key);
  }
  return {
    model: { modelId, dimensions },
    templates: templates.map(({ embedding, ...head }) => ({
      ...head,
      vector: Float32Array.from(embedding),
    })),
  };
}

/** `JSON.parse` names the place in some of its messages only: where it fails, another parser looks for it. */
function parseText(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw damaged(path, `it stops being JSON${damageText(text)}`);
  }
}

function damageText(text: string): string {
  const errors: ParseError[] = [];
  try {
    parseTolerantly(text, errors, { disallowComments: true });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return `${lineText(text, tooDeepAt(text))}, where it is nested too deeply`;
  }
  return lineText(text, errors[0]?.offset ?? text.length);
}

function lineText(text: string, offset: number): string {
  const before = text.slice(0, offset).split("\n");
  return ` at line ${before.length}, column ${before.at(-1)!.length + 1}`;
}

/** Where the first bracket opens that this file never needs: the parser gives up much later, without a place. */
function tooDeepAt(text: string): number {
  let depth = 0;
  const brackets = /"[^"\\]*(?:\\.[^"\\]*)*"|[[{]|[\]}]/g;
  for (const { 0: token, index } of text.matchAll(brackets)) {
    if (token === "[" || token === "{") depth++;
    else if (token === "]" || token === "}") depth--;
    if (depth > DEEPEST) return index;
  }
  return text.length;
}

function placeText(keys: readonly PropertyKey[]): string {
  const place = keys.map((key) =>
    typeof key === "number" ? `[${key}]` : `.${String(key)}`
  ).join("");
  return place === "" ? "the file" : place.replace(/^\./, "");
}

function damaged(path: string, what: string): StoreDamagedError {
  return new StoreDamagedError(
    `${path} is damaged: ${what}; it was left as it is: repair it, put a copy back, or move it away and register again`,
  );
}
