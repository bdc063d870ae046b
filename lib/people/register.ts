import { StoreBusyError } from "../errors.ts";
import { encodePng } from "../image/encode.ts";
import type { EmbeddingStore, StoreEntry } from "../store/embedding_store.ts";
import { requireFittingTemplates } from "../store/store_rules.ts";
import type { Reason } from "./reasons.ts";
import {
  type FaceToRegister,
  judgeFaces,
  type RegistrationPolicy,
} from "./registration_rules.ts";

/** How often faces are decided anew because the store changed before they were kept. */
const mostTimes = 20;

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
  for (let time = 0; time < mostTimes; time++) {
    const revision = await store.revision();
    const judgements = await judgeFaces(store, faces, policy);
    const refused = judgements.some(({ reasons }) => reasons.length > 0);
    const accepted = policy.allOrNone && refused
      ? []
      : judgements.filter(({ reasons }) => reasons.length === 0);
    const outcomes = await store.putIfUnchanged(
      await Promise.all(accepted.map(({ face }) => toEntry(face))),
      revision,
    );
    // What was decided holds only if nobody changed anything meanwhile.
    if (outcomes === null) continue;
    return judgements.map((judgement): Registration => {
      const { face, reasons, warnings } = judgement;
      if (reasons.length > 0) return refusal(face, ...reasons);
      const outcome = outcomes[accepted.indexOf(judgement)];
      if (outcome === undefined) {
        return refusal(face, { kind: "another-refused" });
      }
      const { user, photo } = face;
      return { user, photo, outcome, reasons, warnings };
    });
  }
  throw new StoreBusyError(
    `${store.name} was changed by others each time; run it again`,
  );
}

/** The registration of a photo that was refused. */
export function refusal(
  { user, photo }: Pick<Registration, "user" | "photo">,
  ...reasons: Reason[]
): Registration {
  return { user, photo, outcome: "refused", reasons, warnings: [] };
}

async function toEntry(
  { user, photo, photoSha256, vector, chip }: FaceToRegister,
): Promise<StoreEntry> {
  const createdAt = new Date().toISOString();
  const png = await encodePng(chip);
  return { user, photo, photoSha256, vector, createdAt, chip: png };
}
