import { euclideanDistance } from "./distance.ts";
import type { Match, Template } from "./gallery.ts";

/** The answer to "who is this?" (1:N, open set: `user` may be nobody). */
export interface Identification {
  /** The nearest user if close enough, otherwise null: nobody. */
  readonly user: string | null;
  /** Nearest template of each user, nearest user first. Empty for an empty gallery. */
  readonly ranking: readonly Match[];
  readonly threshold: number;
}

/**
 * Nearest template of each user, nearest user first: a user's score is the smallest distance to
 * any of that user's templates.
 */
export function rankUsers(
  probe: Float32Array,
  gallery: Iterable<Template>,
): Match[] {
  const nearest = new Map<string, Match>();
  for (const template of gallery) {
    const distance = euclideanDistance(probe, template.vector);
    const best = nearest.get(template.user);
    if (best === undefined || distance < best.distance) {
      nearest.set(template.user, { template, distance });
    }
  }
  return [...nearest.values()].sort((a, b) => a.distance - b.distance);
}

/**
 * Says whose face the probe is among all users, or nobody's: the distance must be under the threshold.
 *
 * @param margin how much further away the second user must be; 0 accepts any lead
 */
export function identify(
  probe: Float32Array,
  gallery: Iterable<Template>,
  threshold: number,
  margin = 0,
): Identification {
  return decide(rankUsers(probe, gallery), threshold, margin);
}

/** The same decision on a ranking that a store's search has made; best user and runner-up are enough. */
export function decide(
  ranking: readonly Match[],
  threshold: number,
  margin = 0,
): Identification {
  const [best, runnerUp] = ranking;
  const ahead = best !== undefined &&
    (runnerUp === undefined || runnerUp.distance - best.distance >= margin);
  const user = ahead && best.distance < threshold ? best.template.user : null;
  return { user, ranking, threshold };
}
