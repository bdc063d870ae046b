/**
 * `deno task sweep-quality FOLDER [--photos N]`: where each limit of lib/recognize/quality.ts should lie. Photos of
 * a folder per person are darkened, brightened, blurred and shrunk step by step and compared with the
 * clean ones of everybody: for each limit, in units of the one in use, the share of photos refused and
 * the error rates of those that are left (error against share refused, ISO/IEC 29794-1).
 */
import { parseArgs } from "node:util";
import sharp, { type Sharp } from "sharp";
import { decodePhoto } from "../../lib/image/decode.ts";
import { euclideanDistance } from "../../lib/match/distance.ts";
import { listPhotos } from "../../lib/recognize/photo_files.ts";
import type { QualityIssue } from "../../lib/recognize/quality.ts";
import {
  type AlignedFace,
  createRecognizer,
} from "../../lib/recognize/recognizer.ts";
import { runScript } from "../run_script.ts";

/** What is done to a photo, step by step, for each component of quality. */
const harms: Partial<
  Record<
    QualityIssue["kind"],
    readonly [(p: Sharp, by: number) => Sharp, number[]]
  >
> = {
  "under-exposure": [(p, by) => p.linear(by, 0), [0.6, 0.4, 0.25, 0.15, 0.1]],
  "over-exposure": [(p, by) => p.linear(by, 0), [1.5, 1.75, 2, 2.5, 3]],
  "sharpness": [(p, by) => p.blur(by), [1, 2, 3, 4, 6, 8]],
  "head-size": [(p, by) => p.resize(by), [256, 180, 128, 92, 66, 52]],
  "head-pose": [(p) => p, []],
};
const units = [0, 0.25, 0.5, 0.75, 1, 1.5, 2, 4];

interface Face {
  readonly user: string;
  readonly path: string;
  readonly quality: AlignedFace["quality"];
  readonly vector: Float32Array;
}

await runScript(async (args) => {
  const { values, positionals: [folder] } = parseArgs({
    args,
    options: { photos: { type: "string", default: "4" } },
    allowPositionals: true,
  });
  const recognizer = await createRecognizer();
  const files = (await listPhotos(folder!, "nobody")).filter(({ user }) =>
    user !== "nobody"
  );
  const see = async (
    { user, path }: { user: string; path: string },
    photo: Sharp,
  ): Promise<Face[]> => {
    const bytes = await photo.jpeg({ quality: 92 }).toBuffer();
    const [face] = await recognizer.findFaces(await decodePhoto(bytes));
    if (face === undefined) return [];
    const [embedding] = await recognizer.embed([face.chip]);
    return [{ user, path, quality: face.quality, vector: embedding!.vector }];
  };
  const clean = (await Array.fromAsync(files, (file) =>
    see(file, sharp(file.path))))
    .flat();
  const own = [...Map.groupBy(files, ({ user }) => user).values()]
    .flatMap((photos) => photos.slice(0, Number(values.photos)));
  for (const [kind, [harm, steps]] of Object.entries(harms)) {
    const harmed = await Array.fromAsync(
      own.flatMap((file) => steps.map((by) => ({ file, by }))),
      ({ file, by }) => see(file, harm(sharp(file.path), by)),
    );
    const all = [...clean, ...harmed.flat()];
    console.log(`${kind}: limit, refused, refused of the clean, FNMR, FMR`);
    for (const limit of units) {
      const kept = all.filter(({ quality }) =>
        quality[kind as QualityIssue["kind"]] >= limit
      );
      const lost = clean.filter((face) => !kept.includes(face)).length;
      console.log(
        row(
          limit,
          1 - kept.length / all.length,
          lost / clean.length,
          kept,
          clean,
          recognizer.defaultThreshold,
        ),
      );
    }
  }
  recognizer.dispose();
  return 0;
});

function row(
  limit: number,
  refused: number,
  ofClean: number,
  kept: readonly Face[],
  clean: readonly Face[],
  threshold: number,
): string {
  const counts = { genuine: 0, missed: 0, impostor: 0, matched: 0 };
  for (const face of kept) {
    for (const other of clean) {
      if (face.path === other.path) continue;
      const near = euclideanDistance(face.vector, other.vector) < threshold;
      if (face.user === other.user) {
        counts.genuine++;
        if (!near) counts.missed++;
      } else {
        counts.impostor++;
        if (near) counts.matched++;
      }
    }
  }
  const percent = (share: number) =>
    `${(share * 100).toFixed(2)} %`.padStart(9);
  return [
    limit.toFixed(2).padStart(6),
    percent(refused),
    percent(ofClean),
    percent(counts.missed / counts.genuine),
    percent(counts.matched / counts.impostor),
  ].join(" ");
}
