import { LRUCache } from "lru-cache";
import { type Take, writeTake } from "../evaluate/liveness/takes.ts";
import type { Challenge } from "../liveness/challenge.ts";

/** What the lab records: the frames of every sign-in, with consent, in place of signing anybody in. */
export interface LabOptions {
  /** Where takes go. */
  readonly folder: string;
  /** "live", or what is held up. */
  readonly kind: string;
  readonly person: string;
}

/** Most takes on their way; of more, the one that was quiet longest is forgotten. */
const mostOpen = 8;
/** A take of which no frame came for so long was given up, ms. */
const quietMs = 60_000;

/** Keeps the frames of challenges until they are decided, then writes them. */
export class Lab {
  readonly #open = new LRUCache<
    string,
    { frames: Take["frames"][number][]; jpegs: Uint8Array[] }
  >({ max: mostOpen, ttl: quietMs });

  constructor(readonly options: LabOptions) {}

  /** Keeps a frame of a challenge. */
  keep(id: string, jpeg: Uint8Array, frame: Take["frames"][number]): void {
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
