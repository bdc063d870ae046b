import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { requireUserName } from "../../people/manage_users.ts";
import { registerCaptures } from "../../people/register_captures.ts";
import { type App, type AppEnv, type AppParts } from "../app_context.ts";
import {
  describeFrame,
  describeUpload,
  seenFaceOf,
} from "../describe_upload.ts";
import { FaceSignInError } from "../../errors.ts";
import { Problem } from "../problems.ts";
import {
  type OpenRegistration,
  registrationTimeMs,
  sentence,
} from "../registration_desk.ts";
import {
  frameBytes,
  judgeEach,
  type Judgement,
  type UploadedPhoto,
  uploadedPhotos,
} from "../request_bytes.ts";
import { answers, bytes, refusals, takes } from "../responses.ts";
import {
  captureAnswer,
  done,
  openedRegistration,
  poses,
  registeredAnswer,
  registrationRequest,
  uploadAnswer,
} from "../schemas.ts";

const idParam = z.object({ id: z.string().max(64) });

/** A person registers: name and consent, then captures or photos, then all of it is kept at once. */
export function addRegistrationRoutes(app: App, parts: AppParts): void {
  const { registrations, store } = parts;

  const find = (context: Context<AppEnv>, id: string): OpenRegistration => {
    const found = registrations.find(id, context.get("session").id);
    if (found !== null) return found;
    throw new Problem(
      404,
      "no-registration",
      "This registration ended or is not yours; begin again.",
    );
  };

  app.openapi(
    createRoute({
      method: "post",
      path: "/api/registrations",
      summary: "Begins a registration",
      request: { body: takes(registrationRequest) },
      responses: { 201: answers(openedRegistration, "Begun"), ...refusals },
    }),
    async (context) => {
      if (!parts.registrationOpen) {
        throw new Problem(
          403,
          "registration-closed",
          "Only the administrator registers people here.",
        );
      }
      const name = requireUserName(context.req.valid("json").name);
      const taken = (await store.users()).includes(name);
      const opened = taken
        ? null
        : registrations.open(context.get("session").id, name);
      if (opened === null) throw nameNotAvailable();
      return context.json({
        id: opened.id,
        name,
        poses: [...poses],
        expiresInMs: registrationTimeMs,
      }, 201);
    },
  );

  app.openapi(
    createRoute({
      method: "post",
      path: "/api/registrations/{id}/captures",
      summary:
        "One camera frame; it is taken when it shows the pose that is due",
      request: { params: idParam, body: bytes("A frame", "image/jpeg") },
      responses: { 200: answers(captureAnswer, "Taken or not"), ...refusals },
    }),
    async (context) => {
      const registration = find(context, context.req.valid("param").id);
      const sent = await frameBytes(context);
      // Each is searched in full: following a face would miss who else is in the picture.
      const { frame, photoSha256 } = await describeFrame(parts, sent, null);
      const outcome = registrations.capture(registration, frame, photoSha256);
      return context.json({
        ...outcome,
        captures: registration.captures.length,
        face: seenFaceOf(frame),
      }, 200);
    },
  );

  app.openapi(
    createRoute({
      method: "post",
      path: "/api/registrations/{id}/photos",
      summary: "Photos from files, each judged for itself",
      request: {
        params: idParam,
        body: bytes("Fields called photos", "multipart/form-data"),
      },
      responses: {
        200: answers(uploadAnswer, "What became of each"),
        ...refusals,
      },
    }),
    async (context) => {
      const registration = find(context, context.req.valid("param").id);
      const results = await judgeEach(
        await uploadedPhotos(context),
        (photo) => takePhoto(parts, registration, photo),
      );
      return context.json({ results }, 200);
    },
  );

  app.openapi(
    createRoute({
      method: "post",
      path: "/api/registrations/{id}/finish",
      summary: "Keeps everything taken, all or nothing",
      request: { params: idParam },
      responses: { 200: answers(registeredAnswer, "Registered"), ...refusals },
    }),
    async (context) => {
      const registration = find(context, context.req.valid("param").id);
      const { name: user, captures } = registration;
      if (captures.length === 0) {
        throw new Problem(409, "no-captures", "No photo was taken yet.");
      }
      // Ended first, so that two requests at once cannot keep it twice.
      registrations.close(registration);
      if ((await store.users()).includes(user)) {
        throw nameNotAvailable();
      }
      const stamped = captures.map((capture) => ({
        ...capture,
        name: stampedName(capture.name),
      }));
      const templates = await registerCaptures(store, user, stamped, {
        duplicateThreshold: parts.chosen.threshold,
      });
      return context.json({ user, templates }, 200);
    },
  );

  app.openapi(
    createRoute({
      method: "delete",
      path: "/api/registrations/{id}",
      summary: "Ends a registration; nothing of it is kept",
      request: { params: idParam },
      responses: { 200: answers(done, "Ended"), ...refusals },
    }),
    (context) => {
      registrations.close(find(context, context.req.valid("param").id));
      return context.json({ ok: true as const }, 200);
    },
  );
}

/** Judges one uploaded photo; one that is no picture is an entry, too, and stops no other. */
async function takePhoto(
  parts: AppParts,
  registration: OpenRegistration,
  { name, bytes: sent }: UploadedPhoto,
): Promise<Judgement> {
  try {
    const { frame, photoSha256 } = await describeUpload(parts, name, sent);
    return parts.registrations.upload(registration, frame, {
      name,
      photoSha256,
    });
  } catch (error) {
    if (!(error instanceof FaceSignInError) || error.kind !== "photo") {
      throw error;
    }
    return { taken: false, advice: sentence(error.message) };
  }
}

/** A pose's capture gets a name that tells when it was taken; a file keeps its own. */
function stampedName(name: string): string {
  const isPose = (poses as readonly string[]).includes(name);
  if (!isPose) return name;
  const stamp = new Date().toISOString().slice(0, 19).replaceAll(":", "-");
  return `camera_${stamp}_${name}`;
}

function nameNotAvailable(): Problem {
  return new Problem(
    409,
    "name-not-available",
    "This name cannot be registered; choose another or ask the administrator.",
  );
}
