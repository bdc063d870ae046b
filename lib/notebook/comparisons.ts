import type { FaceAligner } from "../align/face_aligner.ts";
import { readSettings } from "../config.ts";
import { WeightsError } from "../errors.ts";
import { euclideanDistance } from "../match/distance.ts";
import type { PhotoFile } from "../recognize/photo_files.ts";
import { createRecognizer, type Recognizer } from "../recognize/recognizer.ts";
import type { NamedDistance } from "./distance_figure.ts";
import { countPairs } from "./distance_matrix_figure.ts";
import { embedFaces, type FoundFace, openFaces } from "./found_face.ts";
import { type Markdown, table } from "./markdown.ts";

/** How far two photos of one person lie apart when their chips are cut in different ways. */
export async function compareAligners(
  recognizer: Recognizer,
  faces: readonly [FoundFace, FoundFace],
  aligners: Readonly<Record<string, FaceAligner>>,
): Promise<NamedDistance[]> {
  const rows: NamedDistance[] = [];
  for (const [name, aligner] of Object.entries(aligners)) {
    const [a, b] = await embedFaces(recognizer, faces, aligner);
    rows.push({ name, distance: euclideanDistance(a!.vector, b!.vector) });
  }
  return rows;
}

/** The proof of concept's threshold, held against each model besides the model's own. */
const originalThreshold = 0.5;

/**
 * All recognizers that are installed, on the same photos: how many pairs each gets wrong at its own
 * threshold and at the proof of concept's.
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
  let recognizer: Recognizer;
  try {
    const settings = readSettings({ file: `recognizer=${name}` });
    recognizer = await createRecognizer(settings);
  } catch (error) {
    if (error instanceof WeightsError) return [];
    throw error;
  }
  const { faces } = await openFaces(recognizer, files);
  const items = await embedFaces(recognizer, faces);
  const { modelId, defaultThreshold } = recognizer;
  recognizer.dispose();
  return [...new Set([defaultThreshold, originalThreshold])].map(
    (threshold) => {
      const pairs = countPairs(items, threshold);
      return [
        modelId,
        String(threshold),
        `${pairs.genuineAbove} of ${pairs.genuine}`,
        `${pairs.impostorBelow} of ${pairs.impostor}`,
      ];
    },
  );
}
