import type { Match, Template } from "../match/gallery.ts";
import { rankUsers } from "../match/identify.ts";
import type { EmbeddingStore } from "../store/embedding_store.ts";

/**
 * For each template about to be kept: the nearest template of another user that is closer than the
 * threshold, in the store or among those about to be kept before it; null when the face is new.
 */
export async function findDuplicates(
  store: EmbeddingStore,
  templates: readonly Template[],
  threshold: number,
): Promise<(Match | null)[]> {
  const held = await store.nearestUsers(templates.map(({ vector }) => vector));
  return templates.map((template, i) => {
    const earlier = rankUsers(template.vector, templates.slice(0, i));
    const others = [...held[i]!, ...earlier].filter((match) =>
      match.template.user !== template.user && match.distance < threshold
    );
    return others.sort((a, b) => a.distance - b.distance)[0] ?? null;
  });
}
