import { type Hook, OpenAPIHono } from "@hono/zod-openapi";
import { createMiddleware } from "hono/factory";
import type { EmbeddingStore } from "../store/embedding_store.ts";
import type { ChosenThreshold } from "../people/choose_threshold.ts";
import type { AdminPassword } from "./admin_password.ts";
import type { FrameModel, FramePool } from "./frame_pool.ts";
import type { IncomingBody } from "./incoming_bodies.ts";
import type { Lab } from "./lab.ts";
import type { Metrics } from "./metrics.ts";
import { Problem } from "./problems.ts";
import type { OpenRegistrations } from "./open_registrations.ts";
import type { Shape } from "./schemas.ts";
import type { Session, Sessions } from "./sessions.ts";
import type { LiveChallenges } from "./live_challenges.ts";

/** A session's last sign-in, for the page that explains it. */
export interface LastSignIn {
  /** When it was, ms since 1970. */
  atMs: number;
  /** Null when the challenge was refused, or is not redeemed yet. */
  readonly answer: Shape<"signIn"> | null;
  /** What the challenge showed; null when there was none. */
  readonly live: Shape<"liveness"> | null;
  /** Whose chip may be shown; null after a rejection. */
  readonly nearest: { readonly user: string; readonly photo: string } | null;
}

/** Everything the routes work with. */
export interface AppParts {
  readonly pool: Pick<FramePool, "run" | "busy" | "workers">;
  readonly store: EmbeddingStore;
  readonly model: FrameModel;
  readonly chosen: ChosenThreshold;
  readonly margin: number;
  readonly challenges: LiveChallenges;
  /** What records sign-ins in place of signing anybody in; null on any other server. */
  readonly lab: Lab | null;
  readonly registrations: OpenRegistrations;
  readonly sessions: Sessions<LastSignIn>;
  readonly adminPassword: AdminPassword;
  /** Whether people may register themselves. */
  readonly registrationOpen: boolean;
  /** Where `deno task evaluate` leaves its numbers and keeps its cache. */
  readonly evaluationFolder: string;
  readonly metrics: Metrics;
  /** Lets a program read the metrics; empty for none. */
  readonly metricsToken: string;
}

/** What Hono carries along with a request. */
export interface AppEnv {
  Bindings: {
    /** Where the client comes from, as `clientAddress` says it. */
    readonly address: string;
  };
  Variables: {
    session: Session<LastSignIn>;
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
  { last }: Session<LastSignIn>,
): Promise<string | null> {
  const user = last?.answer?.user ?? null;
  if (last === null || user === null) return null;
  const templates = await store.templates(user);
  const wasThere = templates.some(({ createdAt }) =>
    Date.parse(createdAt) <= last.atMs
  );
  return wasThere ? user : null;
}

/** Ends what a user's sign-ins opened, in all browsers. */
export function signOut(sessions: Sessions<LastSignIn>, user: string): void {
  sessions.forget(({ answer }) => answer?.user === user);
}
