import type { Match, Template } from "./gallery.ts";
import { rankUsers } from "./identify.ts";

/** The answer to "is this that user?" (1:1). */
export interface Verification {
  readonly accepted: boolean;
  /** The user's nearest template, or null when the user has none. */
  readonly nearest: Match | null;
  readonly threshold: number;
}

/** Says whether the probe is the claimed user: the smallest distance to that user's templates is under the threshold. */
export function verify(
  probe: Float32Array,
  user: string,
  gallery: Iterable<Template>,
  threshold: number,
): Verification {
  const own = [...gallery].filter((template) => template.user === user);
  const nearest = rankUsers(probe, own)[0] ?? null;
  return {
    accepted: nearest !== null && nearest.distance < threshold,
    nearest,
    threshold,
  };
}
