import { type Hook, OpenAPIHono } from "@hono/zod-openapi";
import { createMiddleware } from "hono/factory";
import type { Settings } from "../config.ts";
import type { EmbeddingStore } from "../store/embedding_store.ts";
import type { ChosenThreshold } from "../people/choose_threshold.ts";
import type { AdminPassword } from "./admin_password.ts";
import type { FrameModel, FramePool } from "./frame_pool.ts";
import type { IncomingBody } from "./incoming_bodies.ts";
import type { Lab } from "./lab.ts";
import type { Metrics } from "./metrics.ts";
import { Problem } from "./problems.ts";
import type { OpenRegistrations } from "./open_registrations.ts";
import type { Session, Sessions } from "./sessions.ts";
import type { LiveChallenges } from "./live_challenges.ts";

/** Everything the routes work with. */
export interface AppParts {
  readonly settings: Settings;
  readonly pool: Pick<FramePool, "run" | "busy" | "workers">;
  readonly store: EmbeddingStore;
  readonly model: FrameModel;
  readonly chosen: ChosenThreshold;
  readonly challenges: LiveChallenges;
  /** What records sign-ins in place of signing anybody in; null on any other server. */
  readonly lab: Lab | null;
  readonly registrations: OpenRegistrations;
  readonly sessions: Sessions;
  readonly adminPassword: AdminPassword;
  readonly metrics: Metrics;
}

/** What Hono carries along with a request. */
export interface AppEnv {
  Bindings: {
    /** Where the client comes from, as `clientAddress` says it. */
    readonly address: string;
  };
  Variables: {
    session: Session;
    /** The picture or form that comes with the request. */
    body: IncomingBody;
  };
}

export type App = OpenAPIHono<AppEnv>;

/** An app whose schemas' refusals are worded as all others are. */
export function createRouter(): App {
  return new OpenAPIHono<AppEnv>({ defaultHook: refuseInvalid });
}

const refuseInvalid: Hook<unknown, AppEnv, string, unknown> = (result) => {
  if (result.success) return;
  const issue = result.error.issues[0];
  const where = issue?.path.join(".") ?? "";
  throw new Problem(
    "malformed",
    `The request is malformed${
      where === "" ? "" : ` at "${where}"`
    }: ${issue?.message}.`,
  );
};

/** Lets nobody by without the administrator's rights, whatever else may be wrong with a request. */
export function requireAdmin({ sessions }: Pick<AppParts, "sessions">) {
  return createMiddleware<AppEnv>(async (context, next) => {
    if (!sessions.isAdmin(context.get("session"))) {
      throw new Problem("admin-only");
    }
    await next();
  });
}

/**
 * Who signed in with this session last; null for nobody. Whoever was removed or renamed meanwhile,
 * perhaps by another server, is signed out: somebody new may have the name.
 */
export async function signedInAs(
  { store }: Pick<AppParts, "store">,
  { last }: Session,
): Promise<string | null> {
  const user = last?.answer?.user ?? null;
  if (last === null || user === null) return null;
  const templates = await store.templates(user);
  const wasThere = templates.some(({ createdAt }) =>
    Date.parse(createdAt) <= last.atMs
  );
  return wasThere ? user : null;
}
