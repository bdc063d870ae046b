import { createRoute, z } from "@hono/zod-openapi";
import { FaceSignInError } from "../../errors.ts";
import { forgetPhotos as forgetCached } from "../../evaluate/embedding_cache.ts";
import {
  chipsOf,
  exportUser,
  removeUser,
  renameUser,
  requireUserName,
} from "../../people/manage_users.ts";
import { reasonText } from "../../people/reasons.ts";
import {
  type Capture,
  registerCaptures,
} from "../../people/register_captures.ts";
import { type App, type AppParts } from "../app_context.ts";
import { describeUpload } from "../describe_upload.ts";
import { Problem } from "../problems.ts";
import { sentence } from "../registration_desk.ts";
import {
  judgeEach,
  type Judgement,
  type UploadedPhoto,
  uploadedPhotos,
} from "../request_bytes.ts";
import { answers, bytes, refusals, takes } from "../responses.ts";
import {
  registeredAnswer,
  removedAnswer,
  renameRequest,
  uploadAnswer,
  userDetails,
  userList,
} from "../schemas.ts";

const nameParam = z.object({ name: z.string().max(200) });

/** What the administrator does with users; `requireAdmin` stands before all of it. */
export function addUserRoutes(app: App, parts: AppParts): void {
  const { store, evaluationFolder } = parts;

  app.openapi(
    createRoute({
      method: "get",
      path: "/api/users",
      summary: "Everybody who is registered",
      responses: { 200: answers(userList, "Users by name"), ...refusals },
    }),
    async (context) => {
      const users = new Map<string, { templates: number; since: string }>();
      for (const { user, createdAt } of await store.templates()) {
        const { templates, since } = users.get(user) ??
          { templates: 0, since: createdAt };
        const earlier = createdAt < since ? createdAt : since;
        users.set(user, { templates: templates + 1, since: earlier });
      }
      const list = [...users].map(([name, { templates, since }]) => ({
        name,
        templates,
        registeredAt: since,
      }));
      list.sort((a, b) => a.name.localeCompare(b.name));
      return context.json({ users: list }, 200);
    },
  );

  app.openapi(
    createRoute({
      method: "get",
      path: "/api/users/{name}",
      summary: "One user's photos",
      request: { params: nameParam },
      responses: { 200: answers(userDetails, "The user"), ...refusals },
    }),
    async (context) => {
      const { name } = context.req.valid("param");
      const templates = await store.templates(name);
      if (templates.length === 0) throw noUser();
      const chips = await chipsOf(store, name);
      const photos = templates.map(({ photo, createdAt }) => ({
        photo,
        createdAt,
        chip: chips.includes(photo)
          ? `/api/users/${encodeURIComponent(name)}/chips/${
            encodeURIComponent(photo)
          }`
          : null,
      }));
      return context.json({ name, photos }, 200);
    },
  );

  app.openapi(
    createRoute({
      method: "post",
      path: "/api/users/{name}/photos",
      summary: "Adds photos to a user",
      request: {
        params: nameParam,
        body: bytes("Fields called photos", "multipart/form-data"),
      },
      responses: {
        200: answers(uploadAnswer, "What became of each"),
        ...refusals,
      },
    }),
    async (context) => {
      const name = requireUserName(context.req.valid("param").name);
      const results = await judgeEach(
        await uploadedPhotos(context),
        (photo) => addPhoto(parts, name, photo),
      );
      return context.json({ results }, 200);
    },
  );

  app.openapi(
    createRoute({
      method: "patch",
      path: "/api/users/{name}",
      summary: "Gives a user another name",
      request: { params: nameParam, body: takes(renameRequest) },
      responses: { 200: answers(registeredAnswer, "Renamed"), ...refusals },
    }),
    async (context) => {
      const { name } = context.req.valid("param");
      const wanted = requireUserName(context.req.valid("json").name);
      if (wanted !== name && (await store.users()).includes(wanted)) {
        throw new Problem(
          409,
          "name-not-available",
          "Another user has this name.",
        );
      }
      const templates = await renameUser(store, name, wanted);
      return context.json({ user: wanted, templates }, 200);
    },
  );

  app.openapi(
    createRoute({
      method: "delete",
      path: "/api/users/{name}",
      summary: "Removes everything kept about a user",
      request: { params: nameParam },
      responses: { 200: answers(removedAnswer, "Removed"), ...refusals },
    }),
    async (context) => {
      const { name } = context.req.valid("param");
      const forgetPhotos = (hashes: readonly string[]) =>
        forgetCached(`${evaluationFolder}/embeddings.jsonl`, hashes);
      const removal = await removeUser({ store, forgetPhotos }, name);
      return context.json(removal, 200);
    },
  );

  app.openapi(
    createRoute({
      method: "get",
      path: "/api/users/{name}/export",
      summary: "Everything kept about a user, as a file",
      request: { params: nameParam },
      responses: { 200: bytes("The file", "application/json"), ...refusals },
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
    createRoute({
      method: "get",
      path: "/api/users/{name}/chips/{photo}",
      summary: "One photo's chip",
      request: { params: nameParam.extend({ photo: z.string().max(200) }) },
      responses: { 200: bytes("The chip", "image/png"), ...refusals },
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
  if (png === null) {
    throw new Problem(404, "no-chip", "There is no such picture.");
  }
  return new Response(png, {
    headers: { "Content-Type": "image/png", "Cache-Control": "no-store" },
  });
}

async function addPhoto(
  parts: AppParts,
  user: string,
  { name, bytes }: UploadedPhoto,
): Promise<Judgement> {
  try {
    const { frame, photoSha256 } = await describeUpload(parts, name, bytes);
    const { largest, faces } = frame;
    if (largest === null) return refused("No face found in this photo.");
    if (faces > 1) {
      return refused(`${faces} faces found; use a photo of one person.`);
    }
    const { chip, vector, issues: [issue] } = largest;
    const capture: Capture = { name, photoSha256, chip, vector };
    await registerCaptures(parts.store, user, [capture], {
      duplicateThreshold: parts.chosen.threshold,
    });
    return {
      taken: true,
      advice: issue === undefined ? "" : reasonText(issue, name),
    };
  } catch (error) {
    const ofPhoto = error instanceof FaceSignInError &&
      ["photo", "duplicate-face"].includes(error.kind);
    if (!ofPhoto) throw error;
    return refused(sentence(error.message));
  }
}

function refused(advice: string) {
  return { taken: false, advice };
}

function noUser(): Problem {
  return new Problem(404, "no-user", "There is no such user.");
}
