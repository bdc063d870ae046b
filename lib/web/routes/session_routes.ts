import { getCookie, setCookie } from "hono/cookie";
import type { Context } from "hono";
import { AttemptsInMemory } from "../../store/limits/attempt_counts.ts";
import { AttemptLimits } from "../../store/limits/attempt_limits.ts";
import { type App, type AppEnv, type AppParts } from "../app_context.ts";
import { route, takes } from "../json_route.ts";
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

/** The session, and the administrator's rights in it. */
export function addSessionRoutes(app: App, parts: AppParts): void {
  const passwordAttempts = new AttemptLimits(new AttemptsInMemory());
  const { sessions, adminPassword, store } = parts;
  app.openapi(
    route(
      "get",
      "/api/session",
      "The session of this browser; begins one where there is none",
      { 200: schemas.session },
    ),
    async (context) => {
      let session = sessions.find(getCookie(context, cookieName));
      if (session === null) {
        session = sessions.open();
        sendCookie(context, session.id);
      }
      return context.json({
        csrfToken: session.csrfToken,
        admin: sessions.isAdmin(session),
        registrationOpen: parts.registrationOpen,
        anybodyRegistered: (await store.users()).length > 0,
        longestFramePx,
      }, 200);
    },
  );

  app.openapi(
    route(
      "post",
      "/api/admin/sign-in",
      "Gives this session the administrator's rights for a while",
      { 200: schemas.done },
      { body: takes(schemas.passwordRequest) },
    ),
    async (context) => {
      const { password } = context.req.valid("json");
      const { address } = context.env;
      await passwordAttempts.begin(address);
      if (!await adminPassword.matches(password)) {
        throw new Problem(401, "wrong-password", "That is not the password.");
      }
      await passwordAttempts.succeeded(address);
      sendCookie(context, sessions.promote(context.get("session")).id);
      return context.json({ ok: true as const }, 200);
    },
  );

  app.openapi(
    route(
      "post",
      "/api/admin/sign-out",
      "Gives the administrator's rights back",
      { 200: schemas.done },
    ),
    (context) => {
      context.get("session").adminUntilMs = 0;
      return context.json({ ok: true as const }, 200);
    },
  );
}
