import { DuplicateFaceError, FaceSignInError, PhotoError } from "../errors.ts";
import { decodePhoto } from "../image/decode.ts";
import { encodePng } from "../image/encode.ts";
import type { Photo } from "../image/photo.ts";
import type { Template } from "../match/gallery.ts";
import { toWriteError, writeFileAtomically } from "../store/atomic_file.ts";
import type { EmbeddingStore, PutOutcome } from "../store/embedding_store.ts";
import { findDuplicates } from "./duplicates.ts";
import { chooseFace } from "./choose_face.ts";
import { type PhotoFile, readPhotoFile, sha256Hex } from "./photo_files.ts";
import type { Recognizer } from "./recognizer.ts";

/** What became of one photo. */
export interface Registration {
  readonly photo: PhotoFile;
  /** "skipped" when the photo could not be used; `problem` says why. */
  readonly outcome: PutOutcome | "skipped";
  readonly problem?: FaceSignInError;
  /** What a person could do better, and that the largest of several faces was taken. */
  readonly warnings: readonly string[];
}

/** Where registration writes and whom it tells. */
export interface RegisterOptions {
  /** Folder that chips are written to, as `<user>/<photo>.png`. */
  readonly savePath: string;
  /** What happens to a face that is another user's already; without it nobody looks. */
  readonly duplicates?: {
    /** Closer than this is the same face. */
    readonly threshold: number;
    /** Skip the photo, or keep it and warn. */
    readonly policy: "refuse" | "warn";
  };
  /** Called after each photo with how many are done. */
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * Registers photos: finds each photo's face, writes its chip, and keeps its embedding. Photos the
 * store already knows by hash are not looked at again. A photo that cannot be used is reported
 * and does not stop the others; all that could be used are kept in one step at the end.
 *
 * @throws WriteError when a chip or the store cannot be written.
 */
export async function registerPhotos(
  recognizer: Recognizer,
  store: EmbeddingStore,
  photos: readonly PhotoFile[],
  { savePath, duplicates, onProgress }: RegisterOptions,
): Promise<Registration[]> {
  const known = new Map(
    (await store.templates()).map((
      template,
    ) => [keyOf(template.user, template.photo), template]),
  );
  const seen = new Set<string>();
  const templates: (Template | undefined)[] = [];
  const registrations: Registration[] = [];
  for (const photo of photos) {
    const key = keyOf(photo.user, photo.name);
    const { template, ...registration } = await describePhoto(
      recognizer,
      photo,
      {
        savePath,
        knownSha256: known.get(key)?.photoSha256,
        nameTaken: seen.has(key),
      },
    );
    seen.add(key);
    templates.push(template);
    registrations.push(registration);
    onProgress?.(registrations.length, photos.length);
  }
  if (duplicates !== undefined) {
    await markDuplicates(store, templates, registrations, duplicates);
  }
  const outcomes = await store.put(
    templates.filter((template) => template !== undefined),
  );
  let next = 0;
  return registrations.map((registration, i) =>
    templates[i] === undefined
      ? registration
      : { ...registration, outcome: outcomes[next++]! }
  );
}

/** Takes a refused duplicate's template out of the list and says in its registration whose face it is. */
async function markDuplicates(
  store: EmbeddingStore,
  templates: (Template | undefined)[],
  registrations: Registration[],
  { threshold, policy }: NonNullable<RegisterOptions["duplicates"]>,
): Promise<void> {
  const places = [...templates.keys()].filter((i) =>
    templates[i] !== undefined
  );
  const found = await findDuplicates(
    store,
    places.map((i) => templates[i]!),
    threshold,
  );
  for (const [at, match] of found.entries()) {
    if (match === null) continue;
    const i = places[at]!;
    const registration = registrations[i]!;
    const { template, distance } = match;
    const whose = `this face is ${template.user}'s already (${
      distance.toFixed(3)
    } from ${template.photo})`;
    if (policy === "warn") {
      const warnings = [...registration.warnings, whose];
      registrations[i] = { ...registration, warnings };
    } else {
      const problem = new DuplicateFaceError(
        `${registration.photo.path}: ${whose}; add --force to register it all the same.`,
      );
      registrations[i] = { ...registration, outcome: "skipped", problem };
      templates[i] = undefined;
    }
  }
}

function keyOf(user: string, photo: string): string {
  return `${user}/${photo}`;
}

interface Circumstances {
  readonly savePath: string;
  readonly knownSha256: string | undefined;
  readonly nameTaken: boolean;
}

/** One photo's registration, with the template to keep if there is one. */
async function describePhoto(
  recognizer: Recognizer,
  photo: PhotoFile,
  { savePath, knownSha256, nameTaken }: Circumstances,
): Promise<Registration & { template?: Template }> {
  try {
    if (nameTaken) {
      throw new PhotoError(
        `${photo.path}: another photo of ${photo.user} is called ${photo.name} too; rename one.`,
      );
    }
    const bytes = await readPhotoFile(photo.path);
    const photoSha256 = await sha256Hex(bytes);
    if (photoSha256 === knownSha256) {
      return { photo, outcome: "unchanged", warnings: [] };
    }
    const decoded = await decodePhoto(bytes, { name: photo.path });
    const faces = await recognizer.findFaces(decoded);
    const face = chooseFace(faces, decoded, photo.path, "largest");
    const [embedding] = await recognizer.embed([face.chip]);
    await saveChip(savePath, photo, face.chip);
    const warnings = face.issues.map(({ advice }) => advice);
    if (faces.length > 1) {
      warnings.unshift(`${faces.length} faces found; the largest was taken`);
    }
    return {
      photo,
      outcome: "added",
      warnings,
      template: {
        user: photo.user,
        photo: photo.name,
        photoSha256,
        vector: embedding!.vector,
        createdAt: new Date().toISOString(),
      },
    };
  } catch (problem) {
    if (!(problem instanceof FaceSignInError) || problem.kind === "write") {
      throw problem;
    }
    return { photo, outcome: "skipped", problem, warnings: [] };
  }
}

/** A chip shows a face, so its folder and file are the owner's only. */
async function saveChip(
  savePath: string,
  { user, name }: PhotoFile,
  chip: Photo,
): Promise<void> {
  const folder = `${savePath}/${user}`;
  try {
    await Deno.mkdir(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw toWriteError(folder, error);
  }
  await writeFileAtomically(`${folder}/${name}.png`, await encodePng(chip));
}
