import { getCookie, setCookie } from "hono/cookie";
import type { Context } from "hono";
import {
  AttemptLimits,
  AttemptsInMemory,
} from "../../store/limits/attempt_limits.ts";
import {
  type App,
  type AppEnv,
  type AppParts,
  signedInAs,
} from "../app_context.ts";
import { json, route } from "../json_route.ts";
import { Problem } from "../problems.ts";
import { longestFramePx, schemas } from "../schemas.ts";

/** Name of the session's cookie. */
export const cookieName = "face_session";

/** Sends a session's cookie: no script reads it, no other site sends it. */
function sendCookie(context: Context<AppEnv>, id: string): void {
  setCookie(context, cookieName, id, {
    httpOnly: true,
    sameSite: "Strict",
    path: "/",
    secure: new URL(context.req.url).protocol === "https:",
  });
}

/** The session, who signed in with it, and the administrator's rights in it. */
export function addSessionRoutes(app: App, parts: AppParts): void {
  const passwordAttempts = new AttemptLimits(new AttemptsInMemory());
  const { sessions, adminPassword, store, settings } = parts;
  app.openapi(
    route("get", "/api/session", {
      summary: "The session of this browser; begins one where there is none",
      answers: { 200: json(schemas.session) },
    }),
    async (context) => {
      let session = sessions.find(getCookie(context, cookieName));
      if (session === null) {
        session = sessions.open(context.env.address);
        sendCookie(context, session.id);
      }
      return context.json({
        csrfToken: session.csrfToken,
        admin: sessions.isAdmin(session),
        user: await signedInAs(parts, session),
        registrationOpen: settings.registration === "open",
        anybodyRegistered: await store.hasUsers(),
        longestFramePx,
        recordsTo: parts.lab?.options.folder ?? null,
      }, 200);
    },
  );

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
      if (everywhere && user !== null) sessions.signOut(user);
      session.last = null;
      return context.json({ ok: true as const }, 200);
    },
  );

  app.openapi(
    route("post", "/api/admin/sign-in", {
      summary: "Gives this session the administrator's rights for a while",
      request: { body: json(schemas.passwordRequest) },
      answers: { 200: json(schemas.done) },
    }),
    async (context) => {
      const { password } = context.req.valid("json");
      const { address } = context.env;
      await passwordAttempts.begin(address);
      if (!await adminPassword.matches(password)) {
        throw new Problem("wrong-password");
      }
      await passwordAttempts.succeeded(address);
      sendCookie(context, sessions.promote(context.get("session")).id);
      return context.json({ ok: true as const }, 200);
    },
  );

  app.openapi(
    route("post", "/api/admin/sign-out", {
      summary: "Gives the administrator's rights back",
      answers: { 200: json(schemas.done) },
    }),
    (context) => {
      context.get("session").adminUntilMs = 0;
      return context.json({ ok: true as const }, 200);
    },
  );
}
