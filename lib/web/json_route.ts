import { createRoute, type RouteConfig, z } from "@hono/zod-openapi";
import { schemas } from "./schemas.ts";

/** A body of JSON, taken or answered. */
export function json<S extends z.ZodType>(schema: S, description = "JSON") {
  const content = { "application/json": { schema } };
  return { description, required: true, content };
}

/** A body of bytes of a given type. No schema of Zod's: it would be read and checked before the route says whether it is wanted. */
export function bytes(type: string) {
  const schema = { type: "string", format: "binary" } as const;
  const content = { [type]: { schema } };
  return { description: "Bytes", required: true, content };
}

/** Refusals every request may meet. */
const refusals = {
  "4XX": json(schemas.problem, "Refused; the sentence says why"),
  503: json(schemas.problem, "Too much to do; try after Retry-After seconds"),
} as const;

/** A route of the API and its description. */
export function route<
  const Method extends RouteConfig["method"],
  const Path extends string,
  Request extends NonNullable<RouteConfig["request"]>,
  Answers extends RouteConfig["responses"],
>(method: Method, path: Path, { summary, request, answers }: {
  /** What it does. */
  readonly summary: string;
  readonly request?: Request;
  /** What it answers, by status. */
  readonly answers: Answers;
}) {
  return createRoute({
    method,
    path,
    summary,
    request: request ?? {} as Request,
    responses: { ...answers, ...refusals },
  });
}
