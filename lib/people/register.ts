import {
  DuplicateFaceError,
  FaceSignInError,
  NoFaceError,
  PhotoError,
} from "../errors.ts";
import type {
  EmbeddingStore,
  PutOutcome,
  StoreEntry,
} from "../store/embedding_store.ts";
import { findDuplicates } from "./duplicates.ts";
import { inOrder } from "../recognize/in_order.ts";
import {
  type PhotoFile,
  readPhotoFile,
  sha256Hex,
} from "../recognize/photo_files.ts";
import { openPhotoReader, type PhotoReader } from "../recognize/photo_pool.ts";
import type { Recognizer } from "../recognize/recognizer.ts";
import { reasonText } from "./reasons.ts";
import { encodePng } from "../image/encode.ts";

/** What became of one photo. */
export interface Registration {
  readonly photo: PhotoFile;
  /** "skipped" when the photo could not be used; `problem` says why. */
  readonly outcome: PutOutcome | "skipped";
  readonly problem?: FaceSignInError;
  /** What a person could do better, and that the largest of several faces was taken. */
  readonly warnings: readonly string[];
}

/** How photos are registered and who is told. */
export interface RegisterOptions {
  /** What happens to a face that is another user's already; without it nobody looks. */
  readonly duplicates?: {
    /** Closer than this is the same face. */
    readonly threshold: number;
    /** Skip the photo, or keep it and warn. */
    readonly policy: "refuse" | "warn";
  };
  /** How many workers read photos; by cores and memory unless told. */
  readonly workers?: number;
  /** Called after each photo with how many are done. */
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * Registers photos: finds each photo's face and keeps its embedding and chip. Photos the
 * store already knows by hash are not looked at again. A photo that cannot be used is reported
 * and does not stop the others; all that could be used are kept in one step at the end.
 *
 * @throws WriteError when a chip or the store cannot be written.
 */
export async function registerPhotos(
  recognizer: Recognizer,
  store: EmbeddingStore,
  photos: readonly PhotoFile[],
  { duplicates, workers, onProgress }: RegisterOptions = {},
): Promise<Registration[]> {
  const known = new Map(
    (await store.templates()).map((template) => [
      keyOf({ user: template.user, name: template.photo }),
      template,
    ]),
  );
  const templates: (StoreEntry | undefined)[] = [];
  const registrations: Registration[] = [];
  const newPhotos = photos.filter((photo) => !known.has(keyOf(photo)));
  const reader = openPhotoReader(recognizer, newPhotos.length, workers);
  const described = inOrder(
    withNameTaken(photos),
    reader.atOnce,
    ({ photo, nameTaken }) => {
      const knownSha256 = known.get(keyOf(photo))?.photoSha256;
      return describePhoto(reader, photo, { knownSha256, nameTaken });
    },
  );
  try {
    for await (const { template, ...registration } of described) {
      templates.push(template);
      registrations.push(registration);
      onProgress?.(registrations.length, photos.length);
    }
  } finally {
    reader.close();
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
  templates: (StoreEntry | undefined)[],
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

function keyOf({ user, name }: Pick<PhotoFile, "user" | "name">): string {
  return `${user}/${name}`;
}

/** Each photo, and whether one before it has its user and name already. */
function withNameTaken(photos: readonly PhotoFile[]) {
  const seen = new Set<string>();
  return photos.map((photo) => {
    const nameTaken = seen.has(keyOf(photo));
    seen.add(keyOf(photo));
    return { photo, nameTaken };
  });
}

interface Circumstances {
  readonly knownSha256: string | undefined;
  readonly nameTaken: boolean;
}

/** One photo's registration, with the template to keep if there is one. */
async function describePhoto(
  reader: PhotoReader,
  photo: PhotoFile,
  { knownSha256, nameTaken }: Circumstances,
): Promise<Registration & { template?: StoreEntry }> {
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
    const { faces, embeddings, noFace } = await reader.read(bytes, photo.path);
    if (noFace !== null) throw new NoFaceError(reasonText(noFace, photo.path));
    const face = faces[0]!;
    const warnings = face.issues.map((issue) => reasonText(issue, photo.path));
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
        vector: embeddings[0]!.vector,
        createdAt: new Date().toISOString(),
        chip: await encodePng(face.chip),
      },
    };
  } catch (problem) {
    if (
      !(problem instanceof FaceSignInError) ||
      ["write", "weights"].includes(problem.kind)
    ) {
      throw problem;
    }
    return { photo, outcome: "skipped", problem, warnings: [] };
  }
}
