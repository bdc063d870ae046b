import { createRoute, type RouteConfig, z } from "@hono/zod-openapi";
import { schemas } from "./schemas.ts";

type JsonResponses<Answers> = {
  readonly [Status in keyof Answers]: {
    readonly description: string;
    readonly content: {
      readonly "application/json": { readonly schema: Answers[Status] };
    };
  };
};

/** Refusals every request may meet. */
const refusals = {
  "4XX": answers(schemas.problem, "Refused; the sentence says why"),
  503: answers(
    schemas.problem,
    "Too much to do; try after Retry-After seconds",
  ),
} as const;

/** A JSON answer of the API's description. */
function answers<S extends z.ZodType>(schema: S, description: string) {
  return { description, content: { "application/json": { schema } } };
}

/** A JSON body that must be there. */
export function takes<S extends z.ZodType>(schema: S) {
  return { required: true, content: { "application/json": { schema } } };
}

/** Bytes of a given type. */
export function bytes(description: string, type: string) {
  const schema = z.any().openapi({ type: "string", format: "binary" });
  return { description, required: true, content: { [type]: { schema } } };
}

/**
 * A route of the API and its description.
 *
 * @param summary what it does, and what its answer holds
 * @param answer a schema by status, or `bytes` of something else than JSON
 */
export function route<
  const Method extends RouteConfig["method"],
  const Path extends string,
  Answers extends Partial<Record<200 | 201, z.ZodType>>,
  Request extends NonNullable<RouteConfig["request"]>,
>(
  method: Method,
  path: Path,
  summary: string,
  answer: Answers | ReturnType<typeof bytes>,
  request = {} as Request,
) {
  const given = "description" in answer ? { 200: answer } : Object.fromEntries(
    Object.entries(answer).map((
      [status, schema],
    ) => [status, answers(schema, summary)]),
  );
  return createRoute({
    method,
    path,
    summary,
    request,
    responses: {
      ...given as unknown as JsonResponses<Answers>,
      ...refusals,
    },
  });
}
