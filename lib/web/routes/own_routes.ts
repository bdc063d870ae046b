import { z } from "@hono/zod-openapi";
import { withoutNames } from "../../people/reasons.ts";
import {
  type App,
  type AppParts,
  signedInAs,
  signOut,
} from "../app_context.ts";
import { json, route } from "../json_route.ts";
import { Problem } from "../problems.ts";
import { schemas } from "../schemas.ts";
import { addPersonRoutes } from "./person_routes.ts";

/** What a person does with their own data after signing in. */
export function addOwnRoutes(app: App, parts: AppParts): void {
  app.openapi(
    route("post", "/api/sign-out", {
      summary: "Signs this browser out, or the person everywhere",
      request: { body: json(schemas.signOutRequest) },
      answers: { 200: json(schemas.done) },
    }),
    async (context) => {
      const session = context.get("session");
      const user = await signedInAs(parts, session);
      const { everywhere } = context.req.valid("json");
      if (everywhere && user !== null) signOut(parts.sessions, user);
      session.last = null;
      return context.json({ ok: true as const }, 200);
    },
  );

  addPersonRoutes(app, parts, {
    path: "/api/me",
    params: z.object({}),
    async userOf(context) {
      const user = await signedInAs(parts, context.get("session"));
      if (user === null) throw new Problem("not-signed-in");
      return user;
    },
    told: withoutNames,
  });
}
