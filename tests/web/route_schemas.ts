import type { z } from "@hono/zod-openapi";
import { schemas } from "../../lib/web/schemas.ts";

/** What every JSON route of the API answers when it does as asked, by method and path. */
export const routeSchemas: Readonly<Record<string, z.ZodType>> = {
  "GET /api/session": schemas.session,
  "POST /api/admin/sign-in": schemas.done,
  "POST /api/admin/sign-out": schemas.done,
  "POST /api/challenges": schemas.challenge,
  "POST /api/challenges/{id}/frames": schemas.frame,
  "POST /api/sign-ins": schemas.signIn,
  "POST /api/registrations": schemas.registration,
  "POST /api/registrations/{id}/captures": schemas.capture,
  "POST /api/registrations/{id}/photos": schemas.upload,
  "POST /api/registrations/{id}/finish": schemas.registered,
  "DELETE /api/registrations/{id}": schemas.done,
  "GET /api/users": schemas.users,
  "GET /api/users/{name}": schemas.user,
  "PATCH /api/users/{name}": schemas.registered,
  "DELETE /api/users/{name}": schemas.removed,
  "POST /api/users/{name}/photos": schemas.upload,
  "DELETE /api/users/{name}/photos/{photo}": schemas.done,
  "GET /api/me": schemas.user,
  "DELETE /api/me": schemas.removed,
  "POST /api/me/photos": schemas.upload,
  "DELETE /api/me/photos/{photo}": schemas.done,
  "POST /api/sign-out": schemas.done,
  "GET /api/decision": schemas.decision,
};

/** Routes that answer no JSON of a schema: pictures, files and the description itself. */
export const otherRoutes: readonly string[] = [
  "GET /api/users/{name}/export",
  "GET /api/users/{name}/chips/{photo}",
  "GET /api/me/export",
  "GET /api/me/chips/{photo}",
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
