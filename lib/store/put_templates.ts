import type { PutOutcome } from "./embedding_store.ts";
import type { TemplateHead } from "./kept_embedding.ts";

/**
 * Decides what registering means, for stores that hold their templates in a list: an unknown photo
 * of a user is added at the end, the same photo and hash changes nothing, the same photo with
 * another hash takes the old one's place.
 */
export function putTemplates<T extends TemplateHead>(
  held: readonly T[],
  incoming: readonly T[],
): { templates: T[]; outcomes: PutOutcome[] } {
  const templates = [...held];
  const places = new Map(templates.map((template, i) => [keyOf(template), i]));
  const outcomes = incoming.map((template): PutOutcome => {
    const place = places.get(keyOf(template));
    if (place === undefined) {
      places.set(keyOf(template), templates.push(template) - 1);
      return "added";
    }
    if (templates[place]!.photoSha256 === template.photoSha256) {
      return "unchanged";
    }
    templates[place] = template;
    return "replaced";
  });
  return { templates, outcomes };
}

function keyOf({ user, photo }: TemplateHead): string {
  return JSON.stringify([user, photo]);
}
