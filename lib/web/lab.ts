import { LRUCache } from "lru-cache";
import type { Challenge, LiveFrame } from "../liveness/challenge.ts";
import { toWriteError } from "../store/atomic_file.ts";

/** What the lab records: the frames of every sign-in, with consent, in place of signing anybody in. */
export interface LabOptions {
  /** Where takes go. */
  readonly folder: string;
  /** "live", or what is held up. */
  readonly kind: string;
  readonly person: string;
}

/** One sign-in as it was recorded; its frames lie beside it as 000.jpg and so on. */
interface Take
  extends
    Pick<LabOptions, "kind" | "person">,
    Pick<Challenge["terms"], "policy" | "light" | "path"> {
  /** Of each frame, in order. */
  readonly frames: readonly FrameTimes[];
}

type FrameTimes = Pick<LiveFrame, "atMs" | "workMs" | "shownMs">;

/** Most takes on their way; of more, the one that was quiet longest is forgotten. */
const mostOpen = 8;
/** A take of which no frame came for so long was given up, ms. */
const quietMs = 60_000;

/** Keeps the frames of challenges until they are decided, then writes them. */
export class Lab {
  readonly #open = new LRUCache<
    string,
    { frames: FrameTimes[]; jpegs: Uint8Array[] }
  >({ max: mostOpen, ttl: quietMs });

  constructor(readonly options: LabOptions) {}

  /** Keeps a frame of a challenge. */
  keep(id: string, jpeg: Uint8Array, frame: FrameTimes): void {
    this.#open.purgeStale();
    const take = this.#open.get(id) ?? { frames: [], jpegs: [] };
    take.frames.push(frame);
    take.jpegs.push(jpeg);
    this.#open.set(id, take);
  }

  /** Writes a decided challenge's frames. */
  async end(id: string, { terms }: Challenge): Promise<void> {
    const take = this.#open.get(id);
    this.#open.delete(id);
    if (take === undefined) return;
    const { policy, light, path } = terms;
    const { folder, kind, person } = this.options;
    const { frames, jpegs } = take;
    await writeTake(
      folder,
      { kind, person, policy, light, path, frames },
      jpegs,
    );
  }
}

/**
 * Writes a take into a folder of its own, which its owner alone may read: it holds faces.
 *
 * @throws WriteError
 */
async function writeTake(
  folder: string,
  take: Take,
  jpegs: readonly Uint8Array[],
): Promise<void> {
  const name = `${take.kind}_${take.person}_${Date.now()}`
    .replaceAll(/[^\p{L}\p{N}]+/gu, "_");
  const [made, place] = [`${folder}/.${name}`, `${folder}/${name}`];
  try {
    await Deno.mkdir(made, { recursive: true, mode: 0o700 });
    for (const [i, jpeg] of jpegs.entries()) {
      const frame = `${made}/${String(i).padStart(3, "0")}.jpg`;
      await Deno.writeFile(frame, jpeg, { mode: 0o600 });
    }
    await Deno.writeTextFile(`${made}/take.json`, JSON.stringify(take), {
      mode: 0o600,
    });
    await Deno.rename(made, place);
  } catch (error) {
    throw toWriteError(place, error);
  }
}
