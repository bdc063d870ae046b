import { userName } from "../config.ts";
import type { Photo } from "../image/photo.ts";
import { euclideanDistance } from "../match/distance.ts";
import type { Template } from "../match/gallery.ts";
import { personAmong } from "../match/person_among.ts";
import type { QualityIssue } from "../recognize/quality.ts";
import type { EmbeddingStore } from "../store/embedding_store.ts";
import { skeletonOf } from "../store/names.ts";
import type { Reason } from "./reasons.ts";

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
  /** Faces closer than this are one person's. */
  readonly threshold: number;
  /** Refuse to add to somebody who is registered already. */
  readonly newUsers?: boolean | undefined;
  /** Keep a face although it is another user's or not like the user's others, and warn. */
  readonly force?: boolean | undefined;
  /** Take the largest face of a photo of several people, and warn. */
  readonly largest?: boolean | undefined;
  /** Keep all faces or none. */
  readonly allOrNone?: boolean | undefined;
}

/** What was found about a face; it is accepted as long as there is no reason against it. */
interface Judgement {
  readonly face: FaceToRegister;
  readonly reasons: Reason[];
  readonly warnings: Reason[];
}

/**
 * Decides which faces may be registered: by what each is in itself, by whether it is another user's
 * in the store, by who is the user among the faces of one user, and by whether it is another user's
 * among those accepted before it.
 */
export async function judgeFaces(
  store: EmbeddingStore,
  faces: readonly FaceToRegister[],
  policy: RegistrationPolicy,
): Promise<Judgement[]> {
  const { names, held } = await namesHeld(store, faces);
  const taken = namesTaken(faces);
  const all = faces.map((face, i): Judgement => {
    const { user, faceCount, issues } = face;
    const reasons = nameReasons(face, names, held, policy);
    if (taken[i]) reasons.push({ kind: "photo-name-taken", user });
    const judgement = { face, reasons, warnings: [...issues] };
    if (faceCount > 1) judgeCount(judgement, policy);
    // Faces that are cut out askew lie near each other, whoever they are.
    const misfit = issues.find(({ kind }) => kind === "landmark-fit");
    if (misfit !== undefined && !policy.force) reasons.push(misfit);
    return judgement;
  });
  const unknown = all.filter(({ face }) => !isHeld(face, held.get(face.user)));
  const nearest = await store.nearestUsers(
    unknown.map(({ face }) => face.vector),
  );
  for (const [i, judgement] of unknown.entries()) {
    judgeDuplicate(judgement, nearest[i]!, policy);
  }
  const byUser = Map.groupBy(
    unknown.filter(isAccepted),
    ({ face }) => face.user,
  );
  for (const [user, own] of byUser) {
    judgePerson(own, held.get(user) ?? [], policy);
  }
  const before: FaceToRegister[] = [];
  for (const judgement of unknown.filter(isAccepted)) {
    const { face } = judgement;
    judgeDuplicate(judgement, matchesOf(face, before), policy);
    if (isAccepted(judgement)) before.push(face);
  }
  return all;
}

/** For each photo, whether one before it has its user and name already. */
export function namesTaken(
  photos: readonly Pick<FaceToRegister, "user" | "photo">[],
): boolean[] {
  const seen = new Set<string>();
  return photos.map(({ user, photo }) => {
    const before = seen.size;
    return seen.add(JSON.stringify([user, photo])).size === before;
  });
}

/** What is registered of the faces' users, and who has each of their names, by skeleton: a user, or the first face. */
async function namesHeld(
  store: EmbeddingStore,
  faces: readonly FaceToRegister[],
) {
  const held = new Map<string, Template[]>();
  const names = new Map<string, string>();
  for (const user of new Set(faces.map((face) => face.user))) {
    const alike = await store.lookAlikes(user);
    if (alike.includes(user)) held.set(user, await store.templates(user));
    const skeleton = skeletonOf(user);
    names.set(skeleton, names.get(skeleton) ?? alike[0] ?? user);
  }
  return { names, held };
}

/** Why somebody cannot be registered by that name. */
function nameReasons(
  { user }: FaceToRegister,
  names: ReadonlyMap<string, string>,
  held: ReadonlyMap<string, unknown>,
  { newUsers }: RegistrationPolicy,
): Reason[] {
  if (userName(user) !== user) return [{ kind: "user-name", user }];
  const by = held.has(user) ? user : names.get(skeletonOf(user))!;
  return by !== user || (newUsers && held.has(user))
    ? [{ kind: "name-taken", user, by }]
    : [];
}

function judgeCount(
  { face: { faceCount: faces }, reasons, warnings }: Judgement,
  { largest = false }: RegistrationPolicy,
): void {
  if (largest) warnings.unshift({ kind: "largest-taken", faces });
  else reasons.push({ kind: "several-faces", faces });
}

function isAccepted({ reasons }: Judgement): boolean {
  return reasons.length === 0;
}

/** Whether the very photo is registered already. */
function isHeld(
  { photo, photoSha256 }: FaceToRegister,
  held: readonly Template[] = [],
): boolean {
  return held.some((template) =>
    template.photo === photo && template.photoSha256 === photoSha256
  );
}

/** Objects to those of one user's faces that are not the user's. */
function judgePerson(
  own: readonly Judgement[],
  held: readonly Template[],
  policy: RegistrationPolicy,
): void {
  const faces = own.map(({ face }) => face);
  const person = personAmong(faces, held, policy.threshold);
  for (const judgement of own) {
    const { user, vector } = judgement.face;
    if (person.has(judgement.face)) continue;
    const distance = Math.min(
      ...[...person].map((other) => euclideanDistance(vector, other.vector)),
    );
    const found = { user, others: person.size, distance };
    object(judgement, { kind: "somebody-else", ...found }, policy);
  }
}

/** A face of somebody, and how far it is. */
interface Near {
  readonly template: Pick<Template, "user" | "photo">;
  readonly distance: number;
}

function matchesOf(
  { vector }: FaceToRegister,
  others: readonly FaceToRegister[],
): Near[] {
  return others.map((template) => ({
    template,
    distance: euclideanDistance(vector, template.vector),
  }));
}

/** Objects to a face that is another user's: the nearest of another user is closer than the threshold. */
function judgeDuplicate(
  judgement: Judgement,
  near: readonly Near[],
  policy: RegistrationPolicy,
): void {
  const { face } = judgement;
  const [nearest] = near
    .filter(({ template, distance }) =>
      template.user !== face.user && distance < policy.threshold
    )
    .sort((a, b) => a.distance - b.distance);
  if (nearest === undefined) return;
  const { template: { user, photo }, distance } = nearest;
  const found = { match: { user, photo }, distance };
  object(judgement, { kind: "duplicate-face", ...found }, policy);
}

/** A reason against a face; with force it is only a warning. */
function object(
  { reasons, warnings }: Judgement,
  reason: Unforced<Extract<Reason, { forced: boolean }>>,
  { force = false }: RegistrationPolicy,
): void {
  (force ? warnings : reasons).unshift({ ...reason, forced: force });
}

type Unforced<T> = T extends unknown ? Omit<T, "forced"> : never;
