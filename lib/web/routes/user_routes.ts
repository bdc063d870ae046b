import { z } from "@hono/zod-openapi";
import { forgetPhotos as forgetCached } from "../../evaluate/embedding_cache.ts";
import {
  chipsOf,
  exportUser,
  removeUser,
  renameUser,
} from "../../people/users.ts";
import { requireUserName } from "../../people/names.ts";
import { register } from "../../people/register.ts";
import { type App, type AppParts } from "../app_context.ts";
import { bytes, json, route } from "../json_route.ts";
import { facesOfUpload, faceToRegister, judgement } from "../picture_faces.ts";
import { Problem } from "../problems.ts";
import { judgeEach, uploadedPhotos } from "../request_bytes.ts";
import { schemas } from "../schemas.ts";

const params = z.object({ name: z.string().max(200) });

/** What the administrator does with users; `requireAdmin` stands before all of it. */
export function addUserRoutes(app: App, parts: AppParts): void {
  const { store, evaluationFolder } = parts;

  app.openapi(
    route("get", "/api/users", {
      summary: "Everybody who is registered, by name",
      answers: { 200: json(schemas.users) },
    }),
    async (context) => {
      const byName = Map.groupBy(await store.templates(), ({ user }) => user);
      const users = [...byName].map(([name, templates]) => ({
        name,
        templates: templates.length,
        registeredAt: templates.map(({ createdAt }) => createdAt).sort()[0]!,
      })).sort((a, b) => a.name.localeCompare(b.name));
      return context.json({ store: store.name, users }, 200);
    },
  );

  app.openapi(
    route("get", "/api/users/{name}", {
      summary: "One user's photos",
      request: { params },
      answers: { 200: json(schemas.user) },
    }),
    async (context) => {
      const { name } = context.req.valid("param");
      const templates = await store.templates(name);
      if (templates.length === 0) throw new Problem("no-user");
      const chips = await chipsOf(store, templates);
      const folder = `/api/users/${encodeURIComponent(name)}/chips`;
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
    route("post", "/api/users/{name}/photos", {
      summary: "Adds photos to a user; says what became of each",
      request: { params, body: bytes("multipart/form-data") },
      answers: { 200: json(schemas.upload) },
    }),
    async (context) => {
      const user = requireUserName(context.req.valid("param").name);
      const results = await judgeEach(
        await uploadedPhotos(context),
        async ({ name: photo, bytes }) => {
          const picture = await facesOfUpload(
            parts,
            photo,
            bytes,
            context.env.address,
          );
          const face = faceToRegister(user, photo, picture);
          if ("kind" in face) return judgement(photo, [face]);
          const { threshold } = parts.chosen;
          const [result] = await register(store, [face], { threshold });
          return judgement(photo, result!.reasons, result!.warnings);
        },
      );
      return context.json({ results }, 200);
    },
  );

  app.openapi(
    route("patch", "/api/users/{name}", {
      summary: "Gives a user another name",
      request: { params, body: json(schemas.renameRequest) },
      answers: { 200: json(schemas.registered) },
    }),
    async (context) => {
      const { name } = context.req.valid("param");
      const wanted = context.req.valid("json").name;
      return context.json(await renameUser(store, name, wanted), 200);
    },
  );

  app.openapi(
    route("delete", "/api/users/{name}", {
      summary: "Removes all that is kept of a user",
      request: { params },
      answers: { 200: json(schemas.removed) },
    }),
    async (context) => {
      const { name } = context.req.valid("param");
      const forgetPhotos = (hashes: readonly string[]) =>
        forgetCached(`${evaluationFolder}/embeddings.jsonl`, hashes);
      const removal = await removeUser(store, name, forgetPhotos);
      return context.json(removal, 200);
    },
  );

  app.openapi(
    route("get", "/api/users/{name}/export", {
      summary: "Everything kept about a user, as a file",
      request: { params },
      answers: { 200: bytes("application/json") },
    }),
    async (context) => {
      const kept = await exportUser(store, context.req.valid("param").name);
      const file = `${encodeURIComponent(kept.user)}.json`;
      context.header(
        "Content-Disposition",
        `attachment; filename*=UTF-8''${file}`,
      );
      return context.json(kept, 200);
    },
  );

  app.openapi(
    route("get", "/api/users/{name}/chips/{photo}", {
      summary: "One photo's chip",
      request: { params: params.extend({ photo: z.string().max(200) }) },
      answers: { 200: bytes("image/png") },
    }),
    async (context) => {
      const { name, photo } = context.req.valid("param");
      return await answerChip(parts, name, photo);
    },
  );
}

/** A chip as PNG. @throws Problem no-chip */
export async function answerChip(
  { store }: AppParts,
  user: string,
  photo: string,
): Promise<Response> {
  const png = await store.chip(user, photo);
  if (png === null) throw new Problem("no-chip");
  return new Response(png, {
    headers: { "Content-Type": "image/png", "Cache-Control": "no-store" },
  });
}
