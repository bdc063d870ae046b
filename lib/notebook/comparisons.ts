import type { FaceAligner } from "../align/face_aligner.ts";
import { euclideanDistance } from "../match/distance.ts";
import { createRecognizer, type Recognizer } from "../recognize/recognizer.ts";
import type { NamedDistance } from "./distance_figure.ts";
import { chipBy, type FoundFace, openFace } from "./found_face.ts";
import { readSettings } from "../config.ts";
import { WeightsError } from "../errors.ts";
import type { PhotoFile } from "../recognize/photo_files.ts";
import { countPairs, type OwnedVector } from "./distance_matrix_figure.ts";
import { type Markdown, table } from "./markdown.ts";

/** How far two photos of one person lie apart when their chips are cut in different ways. */
export async function compareAligners(
  recognizer: Recognizer,
  [one, other]: readonly [FoundFace, FoundFace],
  aligners: Readonly<Record<string, FaceAligner>>,
): Promise<NamedDistance[]> {
  const rows: NamedDistance[] = [];
  for (const [name, aligner] of Object.entries(aligners)) {
    const chips = [chipBy(aligner, one), chipBy(aligner, other)];
    const [a, b] = await recognizer.embed(chips);
    rows.push({ name, distance: euclideanDistance(a!.vector, b!.vector) });
  }
  return rows;
}

/** The proof of concept's threshold, held against each model besides the model's own. */
const originalThreshold = 0.5;

/**
 * Both recognizers on the same photos: how many pairs each gets wrong at its own threshold and at
 * the proof of concept's. One whose weights are not installed says how to get them.
 */
export async function compareRecognizers(
  files: readonly PhotoFile[],
): Promise<Markdown> {
  const rows: string[][] = [];
  for (const recognizer of ["faceapi", "facenet"]) {
    rows.push(...await rowsOf(recognizer, files));
  }
  const head = ["model", "threshold", "one person, too far", "two, too near"];
  return table(head, rows);
}

async function rowsOf(
  name: string,
  files: readonly PhotoFile[],
): Promise<string[][]> {
  const settings = readSettings({ file: `recognizer=${name}` });
  try {
    const recognizer = await createRecognizer(settings);
    const items: OwnedVector[] = [];
    for (const file of files) {
      const { found } = await openFace(recognizer, file);
      const [embedding] = await recognizer.embed([found.chip]);
      items.push({ user: file.user, vector: embedding!.vector });
    }
    const { modelId, defaultThreshold } = recognizer;
    recognizer.dispose();
    const thresholds = new Set([defaultThreshold, originalThreshold]);
    return [...thresholds].map((threshold) => {
      const pairs = countPairs(items, threshold);
      return [
        modelId,
        String(threshold),
        `${pairs.genuineAbove} of ${pairs.genuine}`,
        `${pairs.impostorBelow} of ${pairs.impostor}`,
      ];
    });
  } catch (error) {
    if (!(error instanceof WeightsError)) throw error;
    return [[name, "", "not installed", "deno task models facenet"]];
  }
}
