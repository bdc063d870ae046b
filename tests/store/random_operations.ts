import { UsageError } from "../../lib/errors.ts";
import type { Template } from "../../lib/match/gallery.ts";
import type {
  EmbeddingStore,
  PutOutcome,
} from "../../lib/store/embedding_store.ts";
import { SAMPLE_MODEL, sampleTemplate } from "./sample_templates.ts";

/** What a process is told. */
export interface Operating {
  /** Number of the process: it registers users of its own only, so that a line of the log tells whose it is. */
  readonly own: number;
  readonly seed: number;
  readonly seconds: number;
}

/** What a process did, and what the store said to it. */
export type Operation =
  | {
    readonly kind: "put";
    readonly user: string;
    /** Photo and version of it. */
    readonly photos: readonly (readonly [number, number])[];
    readonly said: readonly PutOutcome[];
  }
  | {
    readonly kind: "removePhoto";
    readonly user: string;
    readonly photo: number;
    readonly said: boolean;
  }
  | { readonly kind: "remove"; readonly user: string; readonly said: number }
  | {
    readonly kind: "rename";
    readonly user: string;
    readonly newName: string;
    /** null: the new name was taken */
    readonly said: number | null;
  };

const PROCESSES = 4;
/** Of each process; few, so that they come into each other's way. */
const USERS = 3;
const PHOTOS = 4;
const VERSIONS = 2;

/** Makes one change of a store, or looks somebody up besides. */
export async function randomOperation(
  store: EmbeddingStore,
  own: number,
  random: () => number,
): Promise<Operation> {
  const draw = (count: number) => Math.floor(random() * count);
  // Without a log nobody can tell in which order processes changed one user.
  const owner = store.audit === null ? own : draw(PROCESSES);
  const user = `${owner}_${draw(USERS)}`;
  const dice = random();
  if (dice < 0.5) {
    const user = `${own}_${draw(USERS)}`;
    const first = draw(PHOTOS);
    const photos = Array.from(
      { length: 1 + draw(PHOTOS - 1) },
      (_, i) => [(first + i) % PHOTOS, draw(VERSIONS)] as const,
    );
    const entries = photos.map((photo) => operatedTemplate(user, ...photo));
    await store.nearestUsers([entries[0]!.vector]);
    return { kind: "put", user, photos, said: await store.put(entries) };
  }
  if (dice < 0.7) {
    const photo = draw(PHOTOS);
    const said = await store.removePhoto(user, `photo_${photo}.jpg`);
    return { kind: "removePhoto", user, photo, said };
  }
  if (dice < 0.8) {
    return { kind: "remove", user, said: await store.remove(user) };
  }
  const newName = `${owner}_${draw(USERS)}`;
  const said = await store.rename(user, newName).catch((error) => {
    if (error instanceof UsageError) return null;
    throw error;
  });
  return { kind: "rename", user, newName, said };
}

/** A version of a user's photo; a renamed user's stays as it was. */
export function operatedTemplate(
  user: string,
  photo: number,
  version: number,
): Template {
  const seed = photo + PHOTOS * version;
  return sampleTemplate(user, seed, { photo: `photo_${photo}.jpg` });
}

/** A user's number in the log, and versions by photo. */
interface HeldUser {
  readonly id: number;
  readonly photos: ReadonlyMap<number, number>;
}

/** What a store must hold, by name. */
export type StoreState = ReadonlyMap<string, HeldUser>;

/**
 * The state after an operation; null when the store could not have said what it said.
 *
 * @param id the user's number, which a name that comes again has no more; 0 without a log
 */
export function stateAfterOperation(
  state: StoreState,
  operation: Operation,
  id: number,
): StoreState | null {
  const { kind, user } = operation;
  const known = state.get(user);
  if (known !== undefined && known.id !== id) return null;
  const photos = new Map(known?.photos);
  const next = new Map(state);
  const keep = (name: string) => {
    if (photos.size === 0) next.delete(name);
    else next.set(name, { id, photos });
    return next;
  };
  switch (kind) {
    case "put":
      for (const [i, [photo, version]] of operation.photos.entries()) {
        const before = photos.get(photo);
        const outcome = before === undefined
          ? "added"
          : before === version
          ? "unchanged"
          : "replaced";
        if (operation.said[i] !== outcome) return null;
        photos.set(photo, version);
      }
      return keep(user);
    case "removePhoto":
      return photos.delete(operation.photo) === operation.said
        ? keep(user)
        : null;
    case "remove":
      next.delete(user);
      return operation.said === photos.size ? next : null;
    case "rename": {
      const { newName, said } = operation;
      if (next.has(newName)) return said === null ? state : null;
      next.delete(user);
      return said === photos.size ? keep(newName) : null;
    }
  }
}

/** What the log tells of an operation besides the user's number; null where nothing changed. */
export function eventOf(operation: Operation): object | null {
  const { kind, said } = operation;
  if (kind === "put") {
    const count = (outcome: PutOutcome) =>
      said.filter((each) => each === outcome).length;
    const [added, replaced] = [count("added"), count("replaced")];
    const { modelId } = SAMPLE_MODEL;
    return added + replaced === 0
      ? null
      : { event: "register", modelId, added, replaced };
  }
  const templates = Number(said);
  const event = kind === "rename" ? kind : "remove";
  return templates === 0 ? null : { event, templates };
}
