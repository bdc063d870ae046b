import type { Context } from "hono";
import { deviceName } from "../config.ts";
import { PhotoError, ServerBusyError } from "../errors.ts";
import type { AppEnv } from "./app_context.ts";
import { Problem } from "./problems.ts";
import type { Shape } from "./schemas.ts";

/** Largest uploaded photo, bytes, and most of them in one request. */
const photoBytes = 25_000_000;
const mostPhotos = 20;
/** Longest name of a photo, letters: no letter takes more than 4 of the 255 bytes that file systems have. */
const mostLetters = 50;

/** A camera frame's bytes. @throws Problem when it is none. */
export async function frameBytes(
  context: Context<AppEnv>,
): Promise<Uint8Array<ArrayBuffer>> {
  const type = context.req.header("content-type") ?? "";
  if (!/^image\/(jpeg|png|webp)$/.test(type)) throw new Problem("media-type");
  const bytes = await context.get("body").read(context.req.raw);
  if (bytes.length === 0) throw new Problem("malformed", "The frame is empty.");
  return bytes;
}

/** An uploaded photo. */
export interface UploadedPhoto {
  /** Made safe: it becomes the name of a file. */
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** What became of it. */
export type Judgement = Omit<Shape<"photoResult">, "name">;

/** The photos of a multipart form, fields called "photos". @throws Problem when there are none. */
export async function uploadedPhotos(
  context: Context<AppEnv>,
): Promise<UploadedPhoto[]> {
  const form = await formOf(context);
  const files = form.getAll("photos").filter((entry) => entry instanceof File);
  if (files.length === 0) {
    throw new Problem("malformed", "The form has no file called photos.");
  }
  if (files.length > mostPhotos) {
    throw new Problem(
      "too-large",
      `Send at most ${mostPhotos} photos at once.`,
    );
  }
  if (files.some(({ size }) => size > photoBytes)) {
    throw new Problem("too-large");
  }
  return await Promise.all(files.map(async (file, i) => ({
    name: safePhotoName(file.name, i),
    bytes: new Uint8Array(await file.arrayBuffer()),
  })));
}

/**
 * Judges photos one after the other. One that is no picture is a result,
 * too, and stops no other. Once one is judged, a busy server is said of the others one by
 * one: an answer of 503 to all would leave open which of them were taken.
 *
 * @throws ServerBusyError when not even the first could be judged
 */
export async function judgeEach(
  photos: readonly UploadedPhoto[],
  judge: (photo: UploadedPhoto) => Promise<Judgement>,
): Promise<Shape<"photoResult">[]> {
  const results = [];
  for (const photo of photos) {
    try {
      results.push({ name: photo.name, ...await judge(photo) });
    } catch (error) {
      const advice = refusalOf(error, results.length > 0);
      if (advice === null) throw error;
      results.push({ name: photo.name, taken: false, advice });
    }
  }
  return results;
}

/** What an error says of one photo; null when it is about more than that. */
function refusalOf(error: unknown, othersJudged: boolean): string | null {
  if (error instanceof ServerBusyError && othersJudged) {
    return "The server is busy; send this photo again.";
  }
  return error instanceof PhotoError ? error.message : null;
}

async function formOf(context: Context<AppEnv>): Promise<FormData> {
  const type = context.req.header("content-type") ?? "";
  if (!type.startsWith("multipart/form-data")) {
    throw new Problem("media-type", "Send the photos as a multipart form.");
  }
  const bytes = await context.get("body").read(context.req.raw);
  try {
    return await new Response(bytes, { headers: { "content-type": type } })
      .formData();
  } catch {
    throw new Problem("malformed", "The form cannot be read.");
  }
}

/** A file name's last part, of letters, digits and a few marks that mean nothing to any file system. */
export function safePhotoName(given: string, index: number): string {
  const last = given.split(/[/\\]/).pop() ?? "";
  const safe = last.normalize("NFC").replace(/[^\p{L}\p{N}._ -]/gu, "_")
    .replace(/\.{2,}/g, ".");
  const end = [...safe].slice(-mostLetters).join("");
  const name = end.replace(/^[. ]+|[. ]+$/g, "");
  if (name === "") return `photo_${index + 1}`;
  return deviceName.test(name) ? `_${name}` : name;
}
