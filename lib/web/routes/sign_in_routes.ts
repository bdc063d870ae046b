import { createRoute, z } from "@hono/zod-openapi";
import { userName } from "../../config.ts";
import type { Decision } from "../../people/sign_in.ts";
import { type App, type AppParts } from "../app_context.ts";
import { describeFrame, seenFaceOf } from "../describe_upload.ts";
import { Problem } from "../problems.ts";
import { frameBytes } from "../request_bytes.ts";
import { answers, bytes, refusals, takes } from "../responses.ts";
import {
  challengeRequest,
  frameAnswer,
  issuedChallenge,
  signInAnswer,
  signInRequest,
} from "../schemas.ts";

const idParam = z.object({ id: z.string().max(64) });

/** Challenge, frames, decision: the way in. */
export function addSignInRoutes(app: App, parts: AppParts): void {
  const { door, metrics } = parts;
  /** Sessions whose frame is being looked at: frames must come one after the other. */
  const atWork = new Set<string>();

  app.openapi(
    createRoute({
      method: "post",
      path: "/api/challenges",
      summary: "Asks for two actions that a picture cannot do",
      request: { body: takes(challengeRequest) },
      responses: {
        201: answers(issuedChallenge, "What to do, in this order"),
        ...refusals,
      },
    }),
    async (context) => {
      const { user } = context.req.valid("json");
      if ((await parts.store.users()).length === 0) {
        throw new Problem(
          409,
          "nothing-registered",
          "Nobody is registered yet; register first.",
        );
      }
      const claimed = user === undefined ? null : claimedName(user);
      const comer = {
        session: context.get("session").id,
        address: context.env.address,
      };
      const { id, challenge } = await door.issue(comer, claimed);
      const { actions, expects, limits: { timeLimitMs } } = challenge;
      return context.json({
        id,
        actions: [...actions],
        timeLimitMs,
        expects,
      }, 201);
    },
  );

  app.openapi(
    createRoute({
      method: "post",
      path: "/api/challenges/{id}/frames",
      summary: "One camera frame after the other",
      request: { params: idParam, body: bytes("A frame", "image/jpeg") },
      responses: {
        200: answers(frameAnswer, "Where the challenge stands"),
        ...refusals,
      },
    }),
    async (context) => {
      const { id } = context.req.valid("param");
      const session = context.get("session").id;
      if (atWork.has(session)) {
        throw new Problem(
          409,
          "one-at-a-time",
          "Send the next frame when the one before is answered.",
        );
      }
      atWork.add(session);
      try {
        door.requireOpen(session, id);
        const sent = await frameBytes(context);
        const { frame } = await describeFrame(parts, sent, id);
        const { verdict, expects, done } = await door.follow(
          session,
          id,
          frame,
        );
        if (verdict !== "pending" && verdict !== "passed") {
          metrics.signIn(verdict);
        }
        const face = seenFaceOf(frame);
        const { faces } = frame;
        return context.json({ verdict, expects, done, face, faces }, 200);
      } finally {
        atWork.delete(session);
      }
    },
  );

  app.openapi(
    createRoute({
      method: "post",
      path: "/api/sign-ins",
      summary: "Decides on the face that passed a challenge; serves once",
      request: { body: takes(signInRequest) },
      responses: { 200: answers(signInAnswer, "The decision"), ...refusals },
    }),
    async (context) => {
      const { challenge } = context.req.valid("json");
      const session = context.get("session");
      const decision = await door.decide(session.id, challenge);
      const answer = signInAnswerOf(decision);
      const { user, photo } = decision.nearest.template;
      session.last = {
        answer,
        nearest: decision.accepted ? { user, photo } : null,
      };
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
): z.infer<typeof signInAnswer> {
  const common = { user, threshold };
  if (accepted) {
    return {
      ...common,
      decision: "accepted",
      distance: nearest.distance,
      reason: `The face is near enough to what is registered of ${user}.`,
      chip: "/api/decision/chip",
    };
  }
  const close = nearest.distance < threshold;
  const reason = claimed !== null
    ? `This is not recognized as ${claimed}.`
    : close && ranking.length > 1
    ? "Two registered people look too much like this face to tell which it is."
    : "This is nobody who is registered.";
  // A claim's distance would tell whether the name is registered, an exact one how to get nearer.
  const distance = claimed !== null
    ? null
    : Math.ceil(nearest.distance * 10) / 10;
  return { ...common, decision: "rejected", distance, reason, chip: null };
}
