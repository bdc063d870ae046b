import { euclideanDistance } from "./distance.ts";
import type { Match, Template } from "./gallery.ts";

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
 * Says whose face a probe is among the users ranked, or nobody's (open set). With one user ranked
 * this is verification (1:1), with all of them identification (1:N).
 *
 * @param ranking nearest template of each user, nearest first; best user and runner-up are enough
 * @param threshold the nearest distance must be under it
 * @param margin how much further away the second user must be; 0 accepts any lead
 * @returns the user, or null for nobody
 */
export function identify(
  [best, runnerUp]: readonly Match[],
  threshold: number,
  margin = 0,
): string | null {
  if (best === undefined || !(best.distance < threshold)) return null;
  const ahead = runnerUp === undefined ||
    runnerUp.distance - best.distance >= margin;
  return ahead ? best.template.user : null;
}
