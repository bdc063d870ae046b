import { MemoryStore, rateLimiter } from "hono-rate-limiter";
import type { Context } from "hono";
import { bodyLimit } from "hono/body-limit";
import { getCookie } from "hono/cookie";
import { csrf } from "hono/csrf";
import { createMiddleware } from "hono/factory";
import { HTTPException } from "hono/http-exception";
import { secureHeaders } from "hono/secure-headers";
import { timeout } from "hono/timeout";
import {
  type App,
  type AppEnv,
  type AppParts,
  createRouter,
  requireAdmin,
} from "./app_context.ts";
import { IncomingBodies } from "./incoming_bodies.ts";
import { addPages } from "./pages.ts";
import { answerError, Problem } from "./problems.ts";
import { addDecisionRoutes } from "./routes/decision_routes.ts";
import { addRegistrationRoutes } from "./routes/registration_routes.ts";
import { addSessionRoutes, cookieName } from "./routes/session_routes.ts";
import { addSignInRoutes } from "./routes/sign_in_routes.ts";
import { addUserRoutes } from "./routes/user_routes.ts";
import { sameSecret } from "./sessions.ts";

/** How an app is guarded. */
export interface Guarding {
  /**
   * Whether this server may be addressed by a name; others are refused, so that no other site can
   * point its own name here (DNS rebinding).
   */
  readonly isOwnName: (name: string) => boolean;
  /** Whether browsers are to come back over TLS only. */
  readonly overTls: boolean;
  /** Requests an address may send in a minute: all of them, and those that open something new. */
  readonly perMinute: { readonly all: number; readonly opening: number };
  /** A request that is not answered by then, as its body trickles in, is given up, ms. */
  readonly answerWithinMs: number;
}

/** Joins guards, routes and pages. `close` stops its timers. */
export async function createApp(
  parts: AppParts,
  { isOwnName, overTls, perMinute, answerWithinMs }: Guarding,
): Promise<{ readonly app: App; close(): void }> {
  const app = createRouter();
  const stores = [new MemoryStore<AppEnv>(), new MemoryStore<AppEnv>()];
  app.onError(answerError);
  app.notFound((context) => answerError(new Problem("not-found"), context));
  app.use(countRequests(parts));
  app.use(securityHeaders(overTls));
  app.use(requireHost(isOwnName));
  app.use(limitRequests(perMinute.all, stores[0]!));
  for (
    const path of ["/api/session", "/api/challenges", "/api/registrations"]
  ) {
    app.use(path, limitRequests(perMinute.opening, stores[1]!));
  }
  app.get("/health", async (context) => {
    const { pool, store } = parts;
    // A store that cannot be read or written is told with its own status.
    await store.check();
    const searchLoaded = await store.searchLoaded();
    const { workers, busy } = pool;
    return context.json({ ok: true, workers, busy, searchLoaded });
  });
  app.get("/metrics", async (context) => {
    requireReader(parts, context);
    const { registry } = parts.metrics;
    context.header("Content-Type", registry.contentType);
    return context.body(await registry.metrics());
  });
  app.doc31("/api/openapi.json", {
    openapi: "3.1.0",
    info: { title: "Face sign-in", version: "1" },
  });
  app.use("/api/*", forbidCaching);
  app.use("/api/*", timeout(answerWithinMs, new HTTPException(408)));
  app.use("/api/*", csrf());
  app.use("/api/*", requireSession(parts));
  // Matches /api/users itself, too.
  app.use("/api/users/*", requireAdmin(parts));
  app.use("/api/*", limitBody());
  addSessionRoutes(app, parts);
  addSignInRoutes(app, parts);
  addRegistrationRoutes(app, parts);
  addUserRoutes(app, parts);
  addDecisionRoutes(app, parts);
  await addPages(app);
  return { app, close: () => stores.forEach((store) => store.shutdown()) };
}

/** @throws Problem admin-only unless the administrator asks, or who knows the token that is set */
function requireReader(
  { sessions, settings: { metricsToken } }: AppParts,
  context: Context<AppEnv>,
): void {
  const session = sessions.find(getCookie(context, cookieName));
  if (session !== null && sessions.isAdmin(session)) return;
  const given = context.req.header("authorization") ?? "";
  const known = metricsToken !== "" &&
    sameSecret(given, `Bearer ${metricsToken}`);
  if (!known) throw new Problem("admin-only");
}

function countRequests({ metrics }: AppParts) {
  return createMiddleware<AppEnv>(async (context, next) => {
    await next();
    metrics.request(context.req.method, context.res.status);
  });
}

/** Nothing from elsewhere, nothing inline, in no frame, and a camera for this page alone. */
function securityHeaders(overTls: boolean) {
  return secureHeaders({
    contentSecurityPolicy: {
      defaultSrc: ["'none'"],
      scriptSrc: ["'self'"],
      styleSrc: ["'self'"],
      imgSrc: ["'self'", "blob:", "data:"],
      connectSrc: ["'self'"],
      mediaSrc: ["'self'", "blob:"],
      formAction: ["'self'"],
      frameAncestors: ["'none'"],
      baseUri: ["'none'"],
    },
    // For half a year, and not for other names below this one.
    strictTransportSecurity: overTls && "max-age=15552000",
    xFrameOptions: "DENY",
    referrerPolicy: "no-referrer",
    permissionsPolicy: { camera: ["self"], microphone: [], geolocation: [] },
  });
}

/** Answers tell about people. */
const forbidCaching = createMiddleware<AppEnv>(async (context, next) => {
  await next();
  context.header("Cache-Control", "no-store");
});

/** The name comes from a header, so it may be no name at all. */
function requireHost(isOwnName: Guarding["isOwnName"]) {
  return createMiddleware<AppEnv>(async (context, next) => {
    const name = URL.parse(context.req.url)?.hostname;
    if (name === undefined || !isOwnName(name)) {
      throw new Problem("host");
    }
    await next();
  });
}

function limitRequests(limit: number, store: MemoryStore<AppEnv>) {
  return rateLimiter<AppEnv>({
    windowMs: 60_000,
    limit,
    store,
    standardHeaders: false,
    keyGenerator: (context) => context.env.address,
    handler: () => {
      throw new Problem(
        "too-many-requests",
        "Too many requests; wait a minute.",
        60,
      );
    },
  });
}

/**
 * Whoever asks for more than the session itself must have one, and whoever changes something must
 * know its token, which no other site can read.
 */
function requireSession({ sessions }: AppParts) {
  return createMiddleware<AppEnv>(async (context, next) => {
    const { path, method } = context.req;
    if (path === "/api/session") return await next();
    const session = sessions.find(getCookie(context, cookieName));
    if (session === null) throw new Problem("no-session");
    const token = context.req.header("x-csrf-token") ?? "";
    const reads = method === "GET" || method === "HEAD";
    if (!reads && !sameSecret(token, session.csrfToken)) {
      throw new Problem("csrf");
    }
    context.set("session", session);
    await next();
  });
}

/** JSON is small; pictures are counted, and a session sends one after the other. */
function limitBody() {
  const onError = () => {
    throw new Problem("too-large");
  };
  const json = bodyLimit({ maxSize: 16_384, onError });
  const frames = new IncomingBodies(
    { one: 1_000_000, ofAddress: 20_000_000, all: 60_000_000 },
  );
  const uploads = new IncomingBodies(
    { one: 60_000_000, ofAddress: 70_000_000, all: 140_000_000 },
  );
  const sending = new Set<string>();
  return createMiddleware<AppEnv>(async (context, next) => {
    const { path } = context.req;
    const isUpload = path.endsWith("/photos");
    if (!isUpload && !/\/(frames|captures)$/.test(path)) {
      return await withJson(() => json(context, next));
    }
    const { id } = context.get("session");
    if (sending.has(id)) throw new Problem("one-at-a-time");
    sending.add(id);
    const body = (isUpload ? uploads : frames).enter(context.env.address);
    context.set("body", body);
    try {
      await next();
    } finally {
      sending.delete(id);
      body.leave();
    }
  });
}

/** A body without a stated length is read by the limit itself, and may break off; what routes throw is not seen here. */
async function withJson<T>(limited: () => Promise<T>): Promise<T> {
  try {
    return await limited();
  } catch (error) {
    throw error instanceof Problem
      ? error
      : new Problem("malformed", "The request broke off.");
  }
}
