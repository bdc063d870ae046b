import type { z } from "@hono/zod-openapi";
import * as schemas from "../../lib/web/schemas.ts";

/** What every JSON route of the API answers when it does as asked, by method and path. */
export const routeSchemas: Readonly<Record<string, z.ZodType>> = {
  "GET /api/session": schemas.sessionState,
  "POST /api/admin/sign-in": schemas.done,
  "POST /api/admin/sign-out": schemas.done,
  "POST /api/challenges": schemas.issuedChallenge,
  "POST /api/challenges/{id}/frames": schemas.frameAnswer,
  "POST /api/sign-ins": schemas.signInAnswer,
  "POST /api/registrations": schemas.openedRegistration,
  "POST /api/registrations/{id}/captures": schemas.captureAnswer,
  "POST /api/registrations/{id}/photos": schemas.uploadAnswer,
  "POST /api/registrations/{id}/finish": schemas.registeredAnswer,
  "DELETE /api/registrations/{id}": schemas.done,
  "GET /api/users": schemas.userList,
  "GET /api/users/{name}": schemas.userDetails,
  "PATCH /api/users/{name}": schemas.registeredAnswer,
  "DELETE /api/users/{name}": schemas.removedAnswer,
  "POST /api/users/{name}/photos": schemas.uploadAnswer,
  "GET /api/decision": schemas.decisionAnswer,
};

/** Routes that answer no JSON of a schema: pictures, files and the description itself. */
export const otherRoutes: readonly string[] = [
  "GET /api/users/{name}/export",
  "GET /api/users/{name}/chips/{photo}",
  "GET /api/decision/chip",
];

/** Holds an answer against what the API's description promises. @throws ZodError */
export function checkAnswer(
  method: string,
  path: string,
  status: number,
  body: unknown,
): void {
  if (status >= 400) schemas.problem.strict().parse(body);
  else schemaOf(method, path)?.parse(body);
}

function schemaOf(method: string, path: string): z.ZodType | undefined {
  const asked = `${method} /${path.split("?")[0]}`.split("/");
  const found = Object.entries(routeSchemas).find(([route]) => {
    const parts = route.split("/");
    return parts.length === asked.length &&
      parts.every((part, i) => part.startsWith("{") || part === asked[i]);
  });
  return found?.[1];
}
