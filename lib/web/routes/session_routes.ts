import { createRoute } from "@hono/zod-openapi";
import { getCookie, setCookie } from "hono/cookie";
import type { Context } from "hono";
import { type App, type AppEnv, type AppParts } from "../app_context.ts";
import { answers, refusals, takes } from "../responses.ts";
import {
  done,
  longestFramePx,
  passwordRequest,
  sessionState,
} from "../schemas.ts";
import { Problem } from "../problems.ts";
import type { AttemptCounter } from "../attempt_counter.ts";

/** Name of the session's cookie. */
export const cookieName = "face_session";

/** Sends a session's cookie: no script reads it, no other site sends it. */
export function sendCookie(context: Context<AppEnv>, id: string): void {
  setCookie(context, cookieName, id, {
    httpOnly: true,
    sameSite: "Strict",
    path: "/",
    secure: new URL(context.req.url).protocol === "https:",
  });
}

/** The session, and the administrator's coming and going. */
export function addSessionRoutes(
  app: App,
  parts: AppParts,
  passwordAttempts: AttemptCounter,
): void {
  const { sessions, adminPassword, store } = parts;
  app.openapi(
    createRoute({
      method: "get",
      path: "/api/session",
      summary: "The session of this browser; begins one where there is none",
      responses: { 200: answers(sessionState, "The session"), ...refusals },
    }),
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
    createRoute({
      method: "post",
      path: "/api/admin/sign-in",
      summary: "Gives this session the administrator's rights for a while",
      request: { body: takes(passwordRequest) },
      responses: { 200: answers(done, "Signed in"), ...refusals },
    }),
    async (context) => {
      const { password } = context.req.valid("json");
      const { address } = context.env;
      passwordAttempts.begin(address);
      if (!await adminPassword.matches(password)) {
        throw new Problem(401, "wrong-password", "That is not the password.");
      }
      passwordAttempts.succeeded(address);
      sendCookie(context, sessions.promote(context.get("session")).id);
      return context.json({ ok: true as const }, 200);
    },
  );
  app.openapi(
    createRoute({
      method: "post",
      path: "/api/admin/sign-out",
      summary: "Gives the administrator's rights back",
      responses: { 200: answers(done, "Signed out"), ...refusals },
    }),
    (context) => {
      context.get("session").adminUntilMs = 0;
      return context.json({ ok: true as const }, 200);
    },
  );
}
