import { z } from "@hono/zod-openapi";
import { withoutNames } from "../../people/reasons.ts";
import { renameUser } from "../../people/users.ts";
import { type App, type AppParts, signedInAs } from "../app_context.ts";
import { json, route } from "../json_route.ts";
import { Problem } from "../problems.ts";
import { schemas } from "../schemas.ts";
import { addPersonRoutes } from "./person_routes.ts";

/** Users on one page of the list. */
const pageSize = 50;

const params = z.object({ name: z.string().max(200) });
const query = z.object({
  search: z.string().max(64).default(""),
  /** The first page is 0. */
  page: z.coerce.number().int().min(0).max(1e6).default(0),
});

/** What the administrator does with users, before which `requireAdmin` stands, and a person with their own data after signing in. */
export function addUserRoutes(app: App, parts: AppParts): void {
  const { store, sessions } = parts;

  app.openapi(
    route("get", "/api/users", {
      summary: "Who is registered, by name, 50 at a time",
      request: { query },
      answers: { 200: json(schemas.users) },
    }),
    async (context) => {
      const { search, page } = context.req.valid("query");
      const offset = page * pageSize;
      const limit = pageSize;
      const listed = await store.listUsers({ search, offset, limit });
      const { total, users } = listed;
      return context.json(
        { store: store.name, pageSize, total, users: [...users] },
        200,
      );
    },
  );

  app.openapi(
    route("patch", "/api/users/{name}", {
      summary: "Gives a user another name",
      request: { params, body: json(schemas.renameRequest) },
      answers: { 200: json(schemas.registered) },
    }),
    async (context) => {
      const { name } = context.req.valid("param");
      const wanted = context.req.valid("json").name;
      const renamed = await renameUser(store, name, wanted);
      sessions.signOut(name);
      return context.json(renamed, 200);
    },
  );

  addPersonRoutes(app, parts, {
    path: "/api/users/{name}",
    params,
    userOf: (context) => context.req.param("name")!,
    told: (reason) => reason,
  });
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
