import { userName } from "../config.ts";
import { StoreBusyError } from "../errors.ts";
import { encodePng } from "../image/encode.ts";
import type { Photo } from "../image/photo.ts";
import { euclideanDistance } from "../match/distance.ts";
import type { Match } from "../match/gallery.ts";
import type { QualityIssue } from "../recognize/quality.ts";
import type { EmbeddingStore, StoreEntry } from "../store/embedding_store.ts";
import { requireFittingTemplates } from "../store/store_rules.ts";
import type { DuplicateFace, Reason } from "./reasons.ts";

/** A face that was found, cut out and embedded, and is to be registered. */
export interface FaceToRegister {
  /** Whose face it is. */
  readonly user: string;
  /** File name of the photo; unique among a user's photos. */
  readonly photo: string;
  /** SHA-256 of the photo file, 64 hex digits. */
  readonly photoSha256: string;
  readonly chip: Photo;
  /** Made by the model of the store. */
  readonly vector: Float32Array;
  readonly issues: readonly QualityIssue[];
  /** How many faces the photo shows; this is the largest. */
  readonly faceCount: number;
}

/** What registration refuses. */
export interface RegistrationPolicy {
  /** A face closer than this to another user's is that user's. */
  readonly threshold: number;
  /** Refuse users who are registered already. */
  readonly newUsers?: boolean | undefined;
  /** Keep a face although it is another user's, and warn. */
  readonly force?: boolean | undefined;
  /** Take the largest face of a photo of several people, and warn. */
  readonly largest?: boolean | undefined;
  /** Keep all faces or none. */
  readonly allOrNone?: boolean | undefined;
}

/** How often faces are decided anew because the store changed before they were kept. */
const MOST_TIMES = 20;

/** Why a face is refused, and what could be better about it. */
interface Judgement {
  readonly reasons: Reason[];
  readonly warnings: readonly Reason[];
}

/** What became of one photo. */
export interface Registration {
  /** Whose photo it is. */
  readonly user: string;
  /** File name of the photo. */
  readonly photo: string;
  /** Where the photo's file lies, where it came from a file. */
  readonly path?: string;
  /** What happened to its template. */
  readonly outcome: "added" | "unchanged" | "replaced" | "refused";
  /** Why it was refused; empty otherwise. */
  readonly reasons: readonly Reason[];
  /** What could be better about a photo that was kept. */
  readonly warnings: readonly Reason[];
}

/**
 * Registers faces: the only way a template comes to be. All are decided first; what is accepted is
 * kept in one step afterwards, templates and chips, so that nothing of a refused photo reaches the
 * disk.
 *
 * @returns one registration for each face, in order
 * @throws StoreModelError when a vector is not of the store's model; WriteError when the store
 * cannot be written; StoreBusyError when others change it all the time. Nothing is kept then.
 */
export async function register(
  store: EmbeddingStore,
  faces: readonly FaceToRegister[],
  policy: RegistrationPolicy,
): Promise<Registration[]> {
  requireFittingTemplates(store.model, faces);
  for (let time = 0; time < MOST_TIMES; time++) {
    const revision = await store.revision();
    const decided = await decideFaces(store, faces, policy);
    const accepted = faces.filter((_, i) => decided[i]!.reasons.length === 0);
    const entries = await Promise.all(accepted.map(toEntry));
    // What was decided holds only if nobody changed anything meanwhile.
    const outcomes = await store.putIfUnchanged(entries, revision);
    if (outcomes === null) continue;
    return faces.map((face, i): Registration => {
      const { user, photo } = face;
      const { reasons, warnings } = decided[i]!;
      if (reasons.length > 0) return refusal(face, ...reasons);
      const outcome = outcomes[accepted.indexOf(face)]!;
      return { user, photo, outcome, reasons, warnings };
    });
  }
  throw new StoreBusyError(
    `${store.name} was changed by others each time; run it again`,
  );
}

/** Why each face is refused, if it is, and what could be better about it. */
async function decideFaces(
  store: EmbeddingStore,
  faces: readonly FaceToRegister[],
  policy: RegistrationPolicy,
): Promise<Judgement[]> {
  const taken = namesTaken(faces);
  const held = await store.nearestUsers(faces.map(({ vector }) => vector));
  const registered = new Set<string>();
  for (const user of new Set(faces.map(({ user }) => user))) {
    if (policy.newUsers && await store.hasUser(user)) registered.add(user);
  }
  const accepted: FaceToRegister[] = [];
  const decided = faces.map((face, i): Judgement => {
    const nearest = [
      ...held[i]!,
      ...accepted.map((other) => ({
        template: other,
        distance: euclideanDistance(face.vector, other.vector),
      })),
    ];
    const found = judge(face, { taken: taken[i]!, nearest }, policy);
    const { user } = face;
    if (registered.has(user)) found.reasons.push({ kind: "user-taken", user });
    if (found.reasons.length === 0) accepted.push(face);
    return found;
  });
  if (!policy.allOrNone || accepted.length === faces.length) return decided;
  return decided.map(({ reasons, warnings }) => ({
    reasons: reasons.length > 0 ? reasons : [{ kind: "another-refused" }],
    warnings,
  }));
}

/** The registration of a photo that was refused. */
export function refusal(
  { user, photo }: Pick<Registration, "user" | "photo">,
  ...reasons: Reason[]
): Registration {
  return { user, photo, outcome: "refused", reasons, warnings: [] };
}

/** For each photo, whether one before it has its user and name already. */
export function namesTaken(
  photos: readonly Pick<Registration, "user" | "photo">[],
): boolean[] {
  const seen = new Set<string>();
  return photos.map(({ user, photo }) => {
    const before = seen.size;
    return seen.add(JSON.stringify([user, photo])).size === before;
  });
}

/** What is known about a face besides itself. */
interface Circumstances {
  /** Whether another photo has its name. */
  readonly taken: boolean;
  /** The users nearest to it in the store, and all faces accepted before it. */
  readonly nearest: readonly {
    readonly template: Pick<Match["template"], "user" | "photo">;
    readonly distance: number;
  }[];
}

function judge(
  face: FaceToRegister,
  { taken, nearest }: Circumstances,
  { threshold, force = false, largest = false }: RegistrationPolicy,
): Judgement {
  const { user, faceCount: faces, issues } = face;
  const reasons: Reason[] = [];
  const warnings: Reason[] = [];
  if (userName(user) !== user) reasons.push({ kind: "user-name", user });
  if (taken) reasons.push({ kind: "photo-name-taken", user });
  if (faces > 1) {
    if (largest) warnings.push({ kind: "largest-taken", faces });
    else reasons.push({ kind: "several-faces", faces });
  }
  const duplicate = duplicateOf(user, nearest, threshold);
  if (duplicate !== null) {
    (force ? warnings : reasons).push({ ...duplicate, forced: force });
  }
  return { reasons, warnings: [...warnings, ...issues] };
}

/** The nearest face of another user that is closer than the threshold; null when there is none. */
function duplicateOf(
  user: string,
  nearest: Circumstances["nearest"],
  threshold: number,
): Omit<DuplicateFace, "forced"> | null {
  const [match] = nearest
    .filter(({ template, distance }) =>
      template.user !== user && distance < threshold
    )
    .sort((a, b) => a.distance - b.distance);
  if (match === undefined) return null;
  const { template, distance } = match;
  const { user: whose, photo } = template;
  return { kind: "duplicate-face", match: { user: whose, photo }, distance };
}

async function toEntry(
  { user, photo, photoSha256, vector, chip }: FaceToRegister,
): Promise<StoreEntry> {
  const createdAt = new Date().toISOString();
  const png = await encodePng(chip);
  return { user, photo, photoSha256, vector, createdAt, chip: png };
}
