import { z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { forgetPhotos } from "../../evaluate/embedding_cache.ts";
import { requireUserName } from "../../people/names.ts";
import type { Reason } from "../../people/reasons.ts";
import { register } from "../../people/register.ts";
import { chipsOf, exportUser, removeUser } from "../../people/users.ts";
import type { App, AppEnv, AppParts } from "../app_context.ts";
import { bytes, json, route } from "../json_route.ts";
import {
  faceToRegister,
  judgement,
  judgeUploads,
  type PictureFaces,
} from "../picture_faces.ts";
import { Problem } from "../problems.ts";
import { uploadedPhotos } from "../request_bytes.ts";
import { schemas } from "../schemas.ts";

/** Where one person's data is served, and whose it is. */
interface Person {
  /** "/api/me", or "/api/users/{name}". */
  readonly path: string;
  readonly params: z.ZodObject;
  /** @throws Problem when the request may not see it */
  readonly userOf: (context: Context<AppEnv>) => string | Promise<string>;
  /** What is told of a reason: whose face a photo shows is not everybody's business. */
  readonly told: (reason: Reason) => Reason;
}

/** What is kept about one person, and what can be done about it: for the administrator and for the person alike. */
export function addPersonRoutes(
  app: App,
  parts: AppParts,
  { path, params, userOf, told }: Person,
): void {
  const { store, sessions } = parts;
  const ofPhoto = params.extend({ photo: z.string().max(200) });
  const photoOf = (context: Context<AppEnv>) => context.req.param("photo")!;

  app.openapi(
    route("get", path, {
      summary:
        "What is kept about the person: a template and a chip of each photo",
      request: { params },
      answers: { 200: json(schemas.user) },
    }),
    async (context) => {
      const name = await userOf(context);
      const templates = await store.templates(name);
      if (templates.length === 0) throw new Problem("no-user");
      const chips = await chipsOf(store, templates);
      const folder = `${
        path.replace("{name}", encodeURIComponent(name))
      }/chips`;
      const photos = templates.map(({ photo, createdAt }) => ({
        photo,
        createdAt,
        chip: chips.includes(photo)
          ? `${folder}/${encodeURIComponent(photo)}`
          : null,
      }));
      return context.json({ name, photos }, 200);
    },
  );

  app.openapi(
    route("post", `${path}/photos`, {
      summary: "Adds photos; says what became of each",
      request: { params, body: bytes("multipart/form-data") },
      answers: { 200: json(schemas.upload) },
    }),
    async (context) => {
      const photos = await uploadedPhotos(context);
      // Before any photo is looked at: a name that nobody can have is no photo's fault.
      const user = requireUserName(await userOf(context));
      const { threshold } = parts.chosen;
      const judge = async (name: string, picture: PictureFaces) => {
        const face = faceToRegister(user, name, picture);
        if ("kind" in face) return judgement(name, [face]);
        const [result] = await register(store, [face], { threshold });
        const { reasons, warnings } = result!;
        return judgement(name, reasons.map(told), warnings.map(told));
      };
      const { address } = context.env;
      const results = await judgeUploads(parts, photos, address, judge);
      return context.json({ results }, 200);
    },
  );

  app.openapi(
    route("delete", `${path}/photos/{photo}`, {
      summary: "Removes what is kept of one photo, if it is not the last",
      request: { params: ofPhoto },
      answers: { 200: json(schemas.done) },
    }),
    async (context) => {
      const user = await userOf(context);
      const photo = photoOf(context);
      const held = await store.templates(user);
      if (!held.some((template) => template.photo === photo)) {
        throw new Problem("no-chip", "There is no such photo.");
      }
      if (held.length === 1) throw new Problem("last-photo");
      await store.removePhoto(user, photo);
      return context.json({ ok: true as const }, 200);
    },
  );

  app.openapi(
    route("delete", path, {
      summary: "Removes all that is kept about the person",
      request: { params },
      answers: { 200: json(schemas.removed) },
    }),
    async (context) => {
      const user = await userOf(context);
      const removed = await removeUser(store, user, forgetPhotos);
      sessions.signOut(user);
      return context.json(removed, 200);
    },
  );

  app.openapi(
    route("get", `${path}/export`, {
      summary: "Everything kept about the person, as a file",
      request: { params },
      answers: { 200: bytes("application/json") },
    }),
    async (context) => {
      const kept = await exportUser(store, await userOf(context));
      const file = `${encodeURIComponent(kept.user)}.json`;
      context.header(
        "Content-Disposition",
        `attachment; filename*=UTF-8''${file}`,
      );
      return context.json(kept, 200);
    },
  );

  app.openapi(
    route("get", `${path}/chips/{photo}`, {
      summary: "One photo's chip",
      request: { params: ofPhoto },
      answers: { 200: bytes("image/png") },
    }),
    async (context) => {
      const png = await store.chip(await userOf(context), photoOf(context));
      if (png === null) throw new Problem("no-chip");
      return context.body(png, 200, { "Content-Type": "image/png" });
    },
  );
}
