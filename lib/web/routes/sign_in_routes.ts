import { z } from "@hono/zod-openapi";
import { userName } from "../../config.ts";
import type { Decision } from "../../people/attempt.ts";
import { type App, type AppParts } from "../app_context.ts";
import { bytes, json, route } from "../json_route.ts";
import { adviceOf, boxOf, facesOfFrame } from "../picture_faces.ts";
import { Problem } from "../problems.ts";
import { frameBytes } from "../request_bytes.ts";
import { schemas, type Shape } from "../schemas.ts";

const params = z.object({ id: z.string().max(64) });

/** Challenge, frames, decision: the way in. */
export function addSignInRoutes(app: App, parts: AppParts): void {
  const { challenges, metrics } = parts;
  /** Sessions whose frame is being looked at: frames must come one after the other. */
  const atWork = new Set<string>();

  app.openapi(
    route("post", "/api/challenges", {
      summary: "Asks for two actions that a picture cannot do, in this order",
      request: { body: json(schemas.challengeRequest) },
      answers: { 201: json(schemas.challenge) },
    }),
    async (context) => {
      const { user } = context.req.valid("json");
      const { id, challenge } = await challenges.issue({
        session: context.get("session").id,
        address: context.env.address,
      }, user === undefined ? null : claimedName(user));
      const { actions, expects, limits: { timeLimitMs } } = challenge;
      return context.json(
        { id, actions: [...actions], timeLimitMs, expects },
        201,
      );
    },
  );

  app.openapi(
    route("post", "/api/challenges/{id}/frames", {
      summary:
        "One camera frame after the other; says where the challenge stands",
      request: { params, body: bytes("image/jpeg") },
      answers: { 200: json(schemas.frame) },
    }),
    async (context) => {
      const { id } = context.req.valid("param");
      const session = context.get("session").id;
      if (atWork.has(session)) throw new Problem("one-at-a-time");
      atWork.add(session);
      try {
        challenges.requireOpen(session, id);
        const sent = await frameBytes(context);
        const { frame } = await facesOfFrame(parts, sent, {
          stream: id,
          client: context.env.address,
        });
        const { verdict, expects, done } = await challenges.follow(
          session,
          id,
          frame,
        );
        if (verdict !== "pending" && verdict !== "passed") {
          metrics.signIn(verdict);
        }
        return context.json({
          verdict,
          expects,
          done,
          face: boxOf(frame),
          faces: frame.faces,
          advice: adviceOf(frame),
        }, 200);
      } finally {
        atWork.delete(session);
      }
    },
  );

  app.openapi(
    route("post", "/api/sign-ins", {
      summary: "Decides on the face that passed a challenge; serves once",
      request: { body: json(schemas.signInRequest) },
      answers: { 200: json(schemas.signIn) },
    }),
    async (context) => {
      const { challenge } = context.req.valid("json");
      const session = context.get("session");
      const decision = await challenges.decide(session.id, challenge);
      const answer = signInAnswerOf(decision);
      const { accepted, nearest } = decision;
      session.last = { answer, nearest: accepted ? nearest!.template : null };
      metrics.signIn(answer.decision);
      return context.json(answer, 200);
    },
  );
}

/** A claim that is no usable name is nobody's: it is taken as it is and rejected at the end. */
function claimedName(text: string): string {
  // Not every database keeps a NUL or half a letter.
  return userName(text) ??
    text.toWellFormed().replace(/\p{Cc}/gu, "\ufffd");
}

function signInAnswerOf(
  { accepted, user, claimed, nearest, threshold, ranking }: Decision,
): Shape<"signIn"> {
  if (accepted) {
    return {
      decision: "accepted",
      user,
      distance: nearest!.distance,
      threshold,
      reason: `The face is near enough to what is registered of ${user}.`,
      chip: "/api/decision/chip",
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
  return {
    decision: "rejected",
    user,
    distance,
    threshold,
    reason,
    chip: null,
  };
}
