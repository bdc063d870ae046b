import { z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { reasonText, withoutNames } from "../../people/reasons.ts";
import { register } from "../../people/register.ts";
import { requireUserName } from "../../people/names.ts";
import { mostLoadingMs } from "../../people/attempt.ts";
import { sha256Hex } from "../../recognize/photo_files.ts";
import {
  type App,
  type AppEnv,
  type AppParts,
  signedInAs,
} from "../app_context.ts";
import { bytes, json, route } from "../json_route.ts";
import { registrationTimeMs } from "../open_registrations.ts";
import { boxOf, facesOfFrame, judgeUploads } from "../picture_faces.ts";
import { Problem } from "../problems.ts";
import { frameBytes, uploadedPhotos } from "../request_bytes.ts";
import { poses, schemas } from "../schemas.ts";

const params = z.object({ id: z.string().max(64) });

/** A person registers: name and consent, then captures or photos, then all of it is kept at once. */
export function addRegistrationRoutes(app: App, parts: AppParts): void {
  const { registrations, store, settings } = parts;
  const registrationOf = (context: Context<AppEnv>, toTake = false) => {
    const { id } = context.get("session");
    return registrations.find(context.req.param("id")!, id, toTake);
  };

  app.openapi(
    route("post", "/api/registrations", {
      summary: "Begins a registration",
      request: { body: json(schemas.registrationRequest) },
      answers: { 201: json(schemas.registration) },
    }),
    async (context) => {
      const session = context.get("session");
      const name = requireUserName(context.req.valid("json").name);
      // Who signed in may take new pictures, whoever else may register.
      const renews = await signedInAs(parts, session) === name;
      if (!renews && settings.registration === "admin") {
        throw new Problem("registration-closed");
      }
      // Whether a face is somebody else's is decided at the end: told before pictures are taken.
      await store.prepareSearch(mostLoadingMs);
      const client = { session: session.id, address: context.env.address };
      const free = renews ||
        (await store.lookAlikes(name)).length === 0;
      const opened = free ? registrations.open(client, name, renews) : null;
      if (opened === null) throw new Problem("name-not-available");
      return context.json({
        id: opened.id,
        name,
        poses: [...poses],
        liveFirst: registrations.options.liveFirst,
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
      const registration = registrationOf(context, true);
      const sent = await frameBytes(context);
      const photoSha256 = await sha256Hex(sent);
      // Each is searched in full: following a face would miss who else is in the picture.
      const frame = await facesOfFrame(parts, sent, {
        client: context.env.address,
      });
      return context.json({
        ...registrations.capture(registration, { frame, photoSha256 }),
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
      const registration = registrationOf(context, true);
      const results = await judgeUploads(
        parts,
        await uploadedPhotos(context),
        context.env.address,
        (photo, picture) => registrations.upload(registration, photo, picture),
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
      const registration = registrationOf(context);
      const { name: user, captures, renews } = registration;
      if (captures.length === 0) throw new Problem("no-captures");
      // Ended first, so that two requests at once cannot keep it twice.
      registrations.close(registration);
      const before = renews ? await store.templates(user) : [];
      const results = await register(store, captures, {
        threshold: parts.chosen.threshold,
        newUsers: !renews,
        allOrNone: true,
      });
      for (const { photo, reasons } of results) {
        for (const reason of reasons) {
          if (reason.kind === "another-refused") continue;
          if (reason.kind === "name-taken") {
            throw new Problem("name-not-available");
          }
          // Who may register here need not know who else is registered.
          throw new Problem(
            reason.kind === "duplicate-face" ? reason.kind : "photo-refused",
            reasonText(withoutNames(reason), photo),
          );
        }
      }
      for (const { photo } of before) {
        const again = captures.some((capture) => capture.photo === photo);
        if (!again) await store.removePhoto(user, photo);
      }
      const { last } = context.get("session");
      // Whose pictures are all new is still who signed in.
      if (renews && last !== null) last.atMs = Date.now();
      return context.json({ user, templates: results.length }, 200);
    },
  );

  app.openapi(
    route("delete", "/api/registrations/{id}", {
      summary: "Ends a registration; nothing of it is kept",
      request: { params },
      answers: { 200: json(schemas.done) },
    }),
    (context) => {
      registrations.close(registrationOf(context));
      return context.json({ ok: true as const }, 200);
    },
  );
}
