import { dirname } from "node:path";
import type { Settings } from "../config.ts";
import { FaceSignInError, PhotoError } from "../errors.ts";
import { decodePhoto } from "../image/decode.ts";
import type { Template } from "../match/gallery.ts";
import type { ChosenThreshold } from "../people/choose_threshold.ts";
import { reasonText } from "../people/reasons.ts";
import { register } from "../people/register.ts";
import { type SignIn, signIn } from "../people/sign_in.ts";
import {
  listPhotos,
  type PhotoFile,
  readPhoto,
} from "../recognize/photo_files.ts";
import type { Recognizer } from "../recognize/recognizer.ts";
import type { EmbeddingStore } from "../store/embedding_store.ts";
import { openStore } from "../store/open_store.ts";
import type { FoundFace } from "./found_face.ts";
import { Markdown, type Shown, table } from "./markdown.ts";
import { signInFigure } from "./sign_in_figure.ts";

/** How many users' distances the scale shows. */
const shownUsers = 5;

/**
 * The photos to sign in with: the folder of the setting `signin_image`, one photo of each user
 * first. Where there is none, the registered photos serve, which are 0 away from themselves.
 */
export async function listProbes(
  settings: Settings,
  registered: readonly PhotoFile[],
): Promise<readonly PhotoFile[]> {
  try {
    return await listPhotos(dirname(settings.signinImage), settings.user);
  } catch (error) {
    if (error instanceof PhotoError) return registered;
    throw error;
  }
}

/** What a run works with, in one sentence. */
export function setupText(
  { modelId }: Recognizer,
  { name }: EmbeddingStore,
  { threshold, thresholdFrom }: ChosenThreshold,
): Markdown {
  return new Markdown(
    `Model **${modelId}**, threshold **${threshold}** (${thresholdFrom}), store **${name}**.`,
  );
}

/** The first photo of each user. */
export function oneOfEach(files: readonly PhotoFile[]): PhotoFile[] {
  return files.filter(({ user }, i) =>
    files.findIndex((file) => file.user === user) === i
  );
}

/** Registers the faces with the embeddings made of them; says what became of each. */
export async function registerFaces(
  store: EmbeddingStore,
  faces: readonly FoundFace[],
  vectors: readonly { readonly vector: Float32Array }[],
  threshold: number,
) {
  return await register(
    store,
    faces.map(({ file, sha256, found, faceCount }, i) => ({
      user: file.user,
      photo: file.name,
      photoSha256: sha256,
      chip: found.chip,
      vector: vectors[i]!.vector,
      issues: found.issues,
      faceCount,
    })),
    { threshold },
  );
}

/** What registration did, with its reasons. */
export function registrationText(
  registrations: Awaited<ReturnType<typeof registerFaces>>,
): Markdown {
  const count = (outcome: string) =>
    registrations.filter((each) => each.outcome === outcome).length;
  const counts = ["added", "unchanged", "replaced", "refused"]
    .map((outcome) => `${count(outcome)} ${outcome}`).join(", ");
  const reasons = registrations.flatMap(({ photo, reasons }) =>
    reasons.map((reason) => `- ${reasonText(reason, photo)}`)
  );
  return new Markdown(
    [`**${registrations.length} photos**: ${counts}.`, ...reasons].join("\n"),
  );
}

/** A store of its own in a temporary folder, with the same templates: to try things on. */
export async function copyOfStore(
  store: EmbeddingStore,
  recognizer: Recognizer,
): Promise<EmbeddingStore> {
  const folder = await Deno.makeTempDir();
  const copy = await openStore({
    store: `${folder}/embeddings.json`,
    savePath: `${folder}/faces`,
  }, recognizer);
  await copy.put(await store.templates());
  return copy;
}

/**
 * A sign-in as a picture, with the photo, the nearest template's chip, all distances and the
 * verdict, and as a sentence; a photo that cannot be judged, or a store of nobody, as its reason.
 */
export async function showSignIn(
  recognizer: Recognizer,
  store: EmbeddingStore,
  { path, name }: PhotoFile,
  threshold: number,
): Promise<void> {
  const show = (shown: Shown) => Deno.jupyter.display(shown);
  let decided: SignIn;
  const photo = await readPhoto(path);
  try {
    decided = await signIn(recognizer, store, photo, {
      threshold,
      severalFaces: "largest",
    });
  } catch (error) {
    if (!(error instanceof FaceSignInError)) throw error;
    return await show(new Markdown(error.message));
  }
  const { faces: [face], nearest, ranking, accepted } = decided;
  if (nearest === null) return await show(new Markdown(verdictOf(decided)));
  const { user, photo: nearestPhoto } = nearest.template;
  const chip = await store.chip(user, nearestPhoto);
  const figure = await signInFigure("Sign-in", {
    probe: { photo, faces: [face!], caption: name },
    probeChip: face!.chip,
    nearest: {
      photo: chip === null ? face!.chip : await decodePhoto(chip),
      caption: nearestPhoto,
    },
    distances: ranking.slice(0, shownUsers).map((match) => ({
      name: match.template.user,
      distance: match.distance,
    })),
    threshold,
    accepted,
    verdict: accepted ? `Accepted: ${decided.user}` : "Rejected: nobody",
  });
  await show(figure);
  await show(new Markdown(verdictOf(decided)));
}

/** A decided sign-in in one sentence, with its numbers. */
function verdictOf({ accepted, user, nearest, threshold }: SignIn): string {
  if (nearest === null) return "**Rejected**: nothing to compare with.";
  const distance = nearest.distance.toFixed(2);
  const { user: nearestUser, photo } = nearest.template;
  return accepted
    ? `**Accepted: this is ${user}.** The nearest template, ${photo}, is ${distance} away, under the threshold of ${threshold}.`
    : `**Rejected: this is nobody who is registered.** The nearest template, ${photo} of ${nearestUser}, is ${distance} away, not under the threshold of ${threshold}.`;
}

/** Who each photo shows among all registered users, or nobody, with the nearest user and the runner-up. */
export async function decisions(
  recognizer: Recognizer,
  store: EmbeddingStore,
  files: readonly PhotoFile[],
  threshold: number,
) {
  const rows: { who: string; cells: string[] }[] = [];
  for (const { name, path } of files) {
    const photo = await readPhoto(path);
    try {
      const { user, ranking } = await signIn(recognizer, store, photo, {
        threshold,
        severalFaces: "largest",
      });
      const [nearest, second] = ranking.map(({ template, distance }) =>
        `${template.user} ${distance.toFixed(2)}`
      );
      const who = user ?? "nobody";
      rows.push({ who, cells: [name, who, nearest ?? "", second ?? ""] });
    } catch (error) {
      if (!(error instanceof FaceSignInError)) throw error;
      rows.push({ who: "nobody", cells: [name, error.message, "", ""] });
    }
  }
  const head = ["photo", "who is this?", "nearest", "runner-up"];
  return {
    who: rows.map(({ who }) => who),
    table: table(head, rows.map(({ cells }) => cells)),
  };
}

/** What a store keeps: a row for each template, its embedding cut short. */
export function templateTable(templates: readonly Template[]): Markdown {
  return table(
    ["user", "photo", "SHA-256 of the photo", "embedding"],
    templates.map(({ user, photo, photoSha256, vector }) => [
      user,
      photo,
      `${photoSha256.slice(0, 12)}…`,
      [...vector.slice(0, 3)].map((number) => number.toFixed(2) + ", ")
        .join("") + "…",
    ]),
  );
}

/** Whether a prediction held, for a reader who made one before running the cell. */
export function checkPrediction(
  question: string,
  prediction: string | number,
  found: string | number,
): Markdown {
  return new Markdown(
    prediction === found
      ? `✔ ${question} **${found}**, as predicted.`
      : `✘ ${question} **${found}**, not ${prediction} as predicted. Why?`,
  );
}
