/** `deno task bench people [--users N]`: how long each call of the People page takes among many people. */
import { parseArgs } from "node:util";
import type { Settings } from "../../lib/config.ts";
import { createRecognizer } from "../../lib/recognize/recognizer.ts";
import { openStore } from "../../lib/store/open_store.ts";
import { AdminPassword } from "../../lib/web/admin_password.ts";
import { randomNumbers } from "../random_numbers.ts";
import { parsedOrUsage } from "../run_script.ts";
import { ApiClient } from "../web/api_client.ts";
import { startTestServer } from "../web/running_server.ts";
import { percentile } from "./percentile.ts";

const usage = "deno task bench people [--users N]";
const times = 10;
const password = "open sesame";

/** What the page asks for; `n` is another one each time. */
const calls: Record<
  string,
  (client: ApiClient, n: number) => Promise<unknown>
> = {
  "a page of the list": (client) => client.get("api/users"),
  "a page far down": (client, n) => client.get(`api/users?page=${100 + n}`),
  "a search": (client, n) => client.get(`api/users?search=R%20${n}7`),
  "one user": (client, n) => client.get(path(n)),
  "an export": (client, n) => client.get(`${path(n)}/export`),
  "a photo deleted": (client, n) =>
    client.send("DELETE", `${path(n)}/photos/1.jpg`),
  "a rename": (client, n) =>
    client.send(
      "PATCH",
      path(100 + n),
      JSON.stringify({ name: `Renamed ${n}` }),
      {
        "content-type": "application/json",
      },
    ),
  "a registration opened": (client, n) =>
    client.post("api/registrations", { name: `Newcomer ${n}`, consent: true }),
  "a user deleted": (client, n) => client.send("DELETE", path(200 + n)),
};

function path(n: number): string {
  return `api/users/${encodeURIComponent(nameOf(n))}`;
}

function nameOf(n: number): string {
  return `user ${String(n).padStart(7, "0")}`;
}

/** Prints the median and the longest time of each call. */
export async function benchPeople(args: string[]): Promise<number> {
  const { values } = parsedOrUsage(usage, () =>
    parseArgs({
      args,
      options: { users: { type: "string", default: "10000" } },
    }));
  const users = Number(values.users);
  const server = await startTestServer();
  const { settings } = server;
  await new AdminPassword(settings.adminPath).set(password);
  try {
    await fill(settings, users);
    const client = await new ApiClient(server.url).begin();
    await client.post("api/admin/sign-in", { password });
    await client.begin();
    // The first search loads what it searches in.
    await client.get("api/users");
    for (const [what, call] of Object.entries(calls)) {
      const ms: number[] = [];
      for (let n = 0; n < times; n++) {
        const start = performance.now();
        const { status } = await call(client, n) as { status: number };
        ms.push(performance.now() - start);
        if (status >= 400) throw new Error(`${what}: ${status}`);
      }
      const longest = Math.max(...ms);
      console.log(
        `${what.padEnd(22)} ${
          percentile(ms, 0.5).toFixed(1).padStart(7)
        } ms, at most ${longest.toFixed(1)}`,
      );
    }
  } finally {
    await server.stop();
  }
  return 0;
}

/** Users with two templates each, far from one another. */
async function fill(
  settings: Settings,
  users: number,
): Promise<void> {
  const recognizer = await createRecognizer(settings);
  const store = await openStore(settings, recognizer);
  const random = randomNumbers(1);
  const { dimensions } = store.model;
  for (let from = 0; from < users; from += 5000) {
    const some = Math.min(5000, users - from);
    await store.put(
      Array.from({ length: 2 * some }, (_, i) => ({
        user: nameOf(from + (i >> 1)),
        photo: `${i % 2}.jpg`,
        photoSha256: "0".repeat(64),
        vector: Float32Array.from({ length: dimensions }, random),
        createdAt: "2026-01-01T00:00:00.000Z",
      })),
    );
  }
  await store.close();
  recognizer.dispose();
}
