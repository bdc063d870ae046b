import { z } from "@hono/zod-openapi";
import { userName } from "../../config.ts";
import type { Decision } from "../../people/attempt.ts";
import type { Challenge } from "../../liveness/challenge.ts";
import { motionLimits } from "../../liveness/dot_check.ts";
import { lightLimits } from "../../liveness/light_check.ts";
import type { App, AppParts } from "../app_context.ts";
import { bytes, json, route } from "../json_route.ts";
import type { Followed } from "../live_challenges.ts";
import { boxOf, facesOfFrame } from "../picture_faces.ts";
import { frameBytes } from "../request_bytes.ts";
import { schemas, type Shape } from "../schemas.ts";
import type { Session } from "../sessions.ts";

const params = z.object({ id: z.string().max(64) });
/** The frame's moment on the page's clock, ms since the page began to show what its stage asks for. */
const frameQuery = z.object({
  shownMs: z.coerce.number().min(0).max(600_000).optional(),
});

/** Challenge, frames, decision: the way in. */
export function addSignInRoutes(app: App, parts: AppParts): void {
  const { challenges, registrations, metrics } = parts;

  app.openapi(
    route("post", "/api/challenges", {
      summary: "Asks for what a picture cannot do",
      request: { body: json(schemas.challengeRequest) },
      answers: { 201: json(schemas.challenge) },
    }),
    async (context) => {
      const { user, registration, gentle = false } = context.req.valid("json");
      const session = context.get("session").id;
      if (registration !== undefined) registrations.find(registration, session);
      const { id, challenge: { terms } } = await challenges.issue(
        { session, address: context.env.address },
        registration === undefined
          ? { user: user === undefined ? null : claimedName(user) }
          : { registration },
        gentle ? "gentle" : "usual",
      );
      const { policy, timeLimitMs } = terms;
      return context.json({ id, policy, timeLimitMs }, 201);
    },
  );

  app.openapi(
    route("post", "/api/challenges/{id}/frames", {
      summary:
        "One camera frame after the other; says where the challenge stands",
      request: { params, query: frameQuery, body: bytes("image/jpeg") },
      answers: { 200: json(schemas.frame) },
    }),
    async (context) => {
      const { id } = context.req.valid("param");
      const { shownMs = null } = context.req.valid("query");
      const session = context.get("session");
      const { stage } = challenges.find(session.id, id).challenge;
      const sent = await frameBytes(context);
      // Sent bytes are moved to a worker.
      const kept = parts.lab === null ? sent : sent.slice();
      const followed = await challenges.follow(
        session.id,
        id,
        shownMs,
        () =>
          facesOfFrame(parts, sent, {
            client: context.env.address,
            watch: { stream: id, search: stage === "straight" },
          }),
      );
      const { frame, challenge, atMs, workMs } = followed;
      parts.lab?.keep(id, kept, { atMs, workMs, shownMs });
      const { verdict } = challenge;
      const kind = typeof verdict === "string" ? verdict : verdict.kind;
      if (kind !== "pending") {
        await parts.lab?.end(id, challenge);
        await ended(session, id, followed, kind);
      }
      return context.json({
        verdict: kind,
        stage: challenge.stage,
        placing: challenge.placing,
        ...asked(challenge),
        face: boxOf(frame),
        faces: frame.faces,
      }, 200);
    },
  );

  /** A registration goes on with the face that passed, or tries again; a sign-in's end is what the session knows of it. */
  const ended = async (
    session: Session,
    id: string,
    { challenge, purpose }: Followed,
    kind: string,
  ) => {
    if ("registration" in purpose) {
      if (kind !== "passed") return;
      const live = await challenges.prove(session.id, id);
      registrations.find(purpose.registration, session.id).live = live;
      return;
    }
    const live = livenessOf(challenge, kind);
    session.last = { atMs: Date.now(), answer: null, live };
    if (kind !== "passed") metrics.signIn(kind);
  };

  app.openapi(
    route("post", "/api/sign-ins", {
      summary: "Decides on the face that passed a challenge; serves once",
      request: { body: json(schemas.signInRequest) },
      answers: { 200: json(schemas.signIn) },
    }),
    async (context) => {
      const { challenge } = context.req.valid("json");
      const session = context.get("session");
      const answer = answerOf(await challenges.decide(session.id, challenge));
      const live = session.last?.live ?? null;
      session.last = { atMs: Date.now(), answer, live };
      metrics.signIn(answer.decision);
      return context.json(answer, 200);
    },
  );
}

/** What the page has to show in a challenge's stage. */
function asked(
  { stage, terms: { light, path } }: Challenge,
): Pick<Shape<"frame">, "light" | "path"> {
  return {
    light: stage === "light" ? light.rows : null,
    path: stage === "motion" ? path.rows : null,
  };
}

/** What a decided challenge showed, for the page that explains it. */
function livenessOf(
  { terms: { policy }, light, motion }: Challenge,
  verdict: string,
): Shape<"liveness"> {
  const { follows, response, neck } = lightLimits;
  const relief = light?.neededRelief ?? lightLimits.relief;
  const { follows: motionFollows, turnDeg } = motionLimits;
  const limits = { follows, response, relief, neck, motionFollows, turnDeg };
  return { policy, verdict, light, motion, limits };
}

/** A claim that is no usable name is nobody's: it is taken as it is and rejected at the end. */
function claimedName(text: string): string {
  // Not every database keeps a NUL or half a letter.
  return userName(text) ??
    text.toWellFormed().replace(/\p{Cc}/gu, "\ufffd");
}

function answerOf(
  { accepted, user, claimed, nearest, threshold, ranking }: Decision,
): Shape<"signIn"> {
  if (accepted) {
    const { distance, template: { photo } } = nearest!;
    return {
      decision: "accepted",
      user,
      distance,
      threshold,
      reason: `The face is near enough to what is registered of ${user}.`,
      chip: `/api/me/chips/${encodeURIComponent(photo)}`,
    };
  }
  const close = nearest !== null && nearest.distance < threshold;
  const reason = claimed !== null
    ? `This is not recognized as ${claimed}.`
    : close && ranking.length > 1
    ? "Two registered people look too much like this face to tell which it is."
    : "This is nobody who is registered.";
  // A claim's distance would tell whether the name is registered, an exact one how to get nearer.
  const distance = claimed !== null || nearest === null
    ? null
    : Math.ceil(nearest.distance * 10) / 10;
  const decision = "rejected";
  return { decision, user, distance, threshold, reason, chip: null };
}
