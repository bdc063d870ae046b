import { z } from "@hono/zod-openapi";
import { requireUserName } from "../../people/manage_users.ts";
import { registerCaptures } from "../../people/register_captures.ts";
import { type App, type AppParts } from "../app_context.ts";
import { bytes, json, route } from "../json_route.ts";
import { registrationTimeMs } from "../open_registrations.ts";
import { boxOf, facesOfFrame, facesOfUpload } from "../picture_faces.ts";
import { Problem } from "../problems.ts";
import { frameBytes, judgeEach, uploadedPhotos } from "../request_bytes.ts";
import { poses, schemas } from "../schemas.ts";

const params = z.object({ id: z.string().max(64) });

/** A person registers: name and consent, then captures or photos, then all of it is kept at once. */
export function addRegistrationRoutes(app: App, parts: AppParts): void {
  const { registrations, store } = parts;

  app.openapi(
    route("post", "/api/registrations", {
      summary: "Begins a registration",
      request: { body: json(schemas.registrationRequest) },
      answers: { 201: json(schemas.registration) },
    }),
    async (context) => {
      if (!parts.registrationOpen) throw new Problem("registration-closed");
      const name = requireUserName(context.req.valid("json").name);
      const client = {
        session: context.get("session").id,
        address: context.env.address,
      };
      const taken = (await store.users()).includes(name);
      const opened = taken ? null : registrations.open(client, name);
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
    route("post", "/api/registrations/{id}/captures", {
      summary:
        "One camera frame; it is taken when it shows the pose that is due",
      request: { params, body: bytes("image/jpeg") },
      answers: { 200: json(schemas.capture) },
    }),
    async (context) => {
      const { id } = context.req.valid("param");
      const registration = registrations.find(id, context.get("session").id);
      const sent = await frameBytes(context);
      // Each is searched in full: following a face would miss who else is in the picture.
      const { frame, photoSha256 } = await facesOfFrame(parts, sent, null);
      const outcome = registrations.capture(registration, frame, photoSha256);
      return context.json({
        ...outcome,
        captures: registration.captures.length,
        face: boxOf(frame),
      }, 200);
    },
  );

  app.openapi(
    route("post", "/api/registrations/{id}/photos", {
      summary: "Photos from files; says what became of each",
      request: { params, body: bytes("multipart/form-data") },
      answers: { 200: json(schemas.upload) },
    }),
    async (context) => {
      const { id } = context.req.valid("param");
      const registration = registrations.find(id, context.get("session").id);
      const results = await judgeEach(
        await uploadedPhotos(context),
        async ({ name, bytes }) => {
          const seen = await facesOfUpload(parts, name, bytes);
          const { frame, photoSha256 } = seen;
          const photo = { name, photoSha256 };
          return registrations.upload(registration, frame, photo);
        },
      );
      return context.json({ results }, 200);
    },
  );

  app.openapi(
    route("post", "/api/registrations/{id}/finish", {
      summary: "Keeps everything taken, all or nothing",
      request: { params },
      answers: { 200: json(schemas.registered) },
    }),
    async (context) => {
      const { id } = context.req.valid("param");
      const registration = registrations.find(id, context.get("session").id);
      const { name: user, captures } = registration;
      if (captures.length === 0) throw new Problem("no-captures");
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
    route("delete", "/api/registrations/{id}", {
      summary: "Ends a registration; nothing of it is kept",
      request: { params },
      answers: { 200: json(schemas.done) },
    }),
    (context) => {
      const { id } = context.req.valid("param");
      registrations.close(registrations.find(id, context.get("session").id));
      return context.json({ ok: true as const }, 200);
    },
  );
}

/** A pose's capture gets a name that tells when it was taken; a file keeps its own. */
function stampedName(name: string): string {
  const isPose = (poses as readonly string[]).includes(name);
  if (!isPose) return name;
  const stamp = new Date().toISOString().slice(0, 19).replaceAll(":", "-");
  return `camera_${stamp}_${name}`;
}

function nameNotAvailable(): Problem {
  return new Problem("name-not-available");
}
