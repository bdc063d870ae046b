import { z } from "@hono/zod-openapi";
import { problem } from "./schemas.ts";

/** A JSON answer of the API's description. */
export function answers<S extends z.ZodType>(schema: S, description: string) {
  return { description, content: { "application/json": { schema } } };
}

/** A JSON body that must be there. */
export function takes<S extends z.ZodType>(schema: S) {
  return { required: true, content: { "application/json": { schema } } };
}

/** Bytes of a given type. */
export function bytes(description: string, ...types: string[]) {
  const schema = z.any().openapi({ type: "string", format: "binary" });
  const content = Object.fromEntries(types.map((type) => [type, { schema }]));
  return { description, required: true, content };
}

/** Refusals every request may meet. */
export const refusals = {
  "4XX": answers(problem, "Refused; the sentence says why"),
  503: answers(problem, "Too much to do; try again after Retry-After seconds"),
} as const;
