import assert from "node:assert/strict";
import type { Shape } from "../../lib/web/schemas.ts";
import { ApiClient, type Refused } from "./api_client.ts";
import { otherRoutes, routeSchemas } from "./route_schemas.ts";
import type { TestServer } from "./running_server.ts";

export async function described(t: Deno.TestContext, client: ApiClient) {
  await t.step(
    "the API's description lists every route and what each answers",
    async () => {
      const { body } = await client.get<
        {
          paths: Record<
            string,
            Record<string, { responses: Record<string, unknown> }>
          >;
        }
      >("api/openapi.json");
      const listed = Object.entries(body.paths).flatMap(([path, methods]) =>
        Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`)
      );
      assert.deepEqual(
        listed.sort(),
        [...Object.keys(routeSchemas), ...otherRoutes].sort(),
      );
      for (const operations of Object.values(body.paths)) {
        for (const { responses } of Object.values(operations)) {
          assert.ok("4XX" in responses && "503" in responses);
        }
      }
    },
  );
}

/** Everything that only the administrator may ask for. */
const adminOnly = [
  ["GET", "api/users"],
  ["GET", "api/users/andrew"],
  ["GET", "api/users/nobody"],
  ["PATCH", "api/users/andrew", '{"name":"mallory"}'],
  ["DELETE", "api/users/andrew"],
  ["GET", "api/users/andrew/export"],
  ["GET", "api/users/andrew/chips/andrew_01.jpg"],
  ["POST", "api/users/andrew/photos", "x"],
] as const;

export async function closedToOthers(t: Deno.TestContext, client: ApiClient) {
  await t.step(
    "without the password every one of these is refused alike",
    async () => {
      for (const [method, path, body] of adminOnly) {
        const { status, body: said } = await client.send<Refused>(
          method,
          path,
          body,
          { "content-type": "application/json" },
        );
        assert.deepEqual(
          [status, said.error.kind],
          [401, "admin-only"],
          `${method} ${path}`,
        );
      }
    },
  );
  await t.step(
    "what changes something needs the session's token; what has no session gets none of it",
    async () => {
      const { csrfToken } = client;
      for (
        const wrong of [
          "",
          "x",
          csrfToken.slice(1),
          (await new ApiClient(client.url).begin()).csrfToken,
        ]
      ) {
        client.csrfToken = wrong;
        const { status, body } = await client.post<Refused>(
          "api/admin/sign-out",
        );
        assert.deepEqual([status, body.error.kind], [403, "csrf"]);
      }
      client.csrfToken = csrfToken;
      const stranger = new ApiClient(client.url);
      const { status, body } = await stranger.get<Refused>("api/users");
      assert.deepEqual([status, body.error.kind], [401, "no-session"]);
    },
  );
}

export async function password(
  t: Deno.TestContext,
  { madePassword }: TestServer,
  client: ApiClient,
) {
  await t.step(
    "the password gives the rights to a new session; the old id is worth nothing",
    async () => {
      const wrong = await client.post<Refused>("api/admin/sign-in", {
        password: "wrong",
      });
      assert.deepEqual([wrong.status, wrong.body.error.kind], [
        401,
        "wrong-password",
      ]);
      const before = client.cookie;
      const { status, headers } = await client.post("api/admin/sign-in", {
        password: madePassword,
      });
      assert.equal(status, 200);
      assert.match(headers.get("set-cookie")!, /HttpOnly; SameSite=Strict/);
      assert.notEqual(client.cookie, before);
      const old = new ApiClient(client.url);
      old.cookie = before;
      assert.equal((await old.get<Refused>("api/users")).status, 401);
      const { body } = await client.get<Shape<"session">>(
        "api/session",
      );
      assert.equal(body.admin, true);
      client.csrfToken = body.csrfToken;
    },
  );
  await t.step(
    "wrong passwords make this address wait, even with the right one",
    async () => {
      const other = await new ApiClient(client.url).begin();
      const tries = [];
      for (let i = 0; i < 5; i++) {
        tries.push(
          (await other.post("api/admin/sign-in", { password: `${i}` })).status,
        );
      }
      assert.deepEqual(tries, Array(5).fill(401));
      const waits = await other.post<Refused>("api/admin/sign-in", {
        password: madePassword,
      });
      assert.equal(waits.status, 429);
      assert.equal(
        waits.headers.get("retry-after"),
        String(waits.body.error.retryAfter),
      );
    },
  );
}
