import { userName } from "../config.ts";
import { NothingRegisteredError, UsageError } from "../errors.ts";
import type { EmbeddingStore } from "../store/embedding_store.ts";
import { didYouMean } from "../words.ts";
import { reasonText } from "./reasons.ts";

/** A name as it is kept. @throws UsageError when no user can have it. */
export function requireUserName(text: string): string {
  const name = userName(text);
  if (name !== undefined) return name;
  throw new UsageError(reasonText({ kind: "user-name", user: text }, ""));
}

/**
 * A name as it is kept, for somebody new, or for a user whose own name is not in the way.
 *
 * @throws UsageError when no user can have it, or one's is taken for it.
 */
export async function requireFreeName(
  text: string,
  store: EmbeddingStore,
  renamed?: string,
): Promise<string> {
  const user = requireUserName(text);
  const alike = await store.lookAlikes(user);
  const by = alike.find((other) => other !== renamed);
  if (by === undefined) return user;
  throw new UsageError(reasonText({ kind: "name-taken", user, by }, ""));
}

/** The name of somebody who is registered. @throws NothingRegisteredError */
export async function requireRegistered(
  text: string,
  store: EmbeddingStore,
): Promise<string> {
  const name = requireUserName(text);
  if (await store.hasUser(name)) return name;
  throw notRegistered(name, await store.users());
}

/** The error for a name that nobody has: who is registered, and whose name is nearly that. */
export function notRegistered(
  wanted: string | undefined,
  users: readonly string[],
): NothingRegisteredError {
  if (users.length === 0 || wanted === undefined) {
    return new NothingRegisteredError(
      "Nobody is registered; register photos with `deno task register` or `deno task users add NAME PHOTO`.",
    );
  }
  return new NothingRegisteredError(
    `${wanted} is not registered${didYouMean(wanted, users)} Registered are ${
      someOf(users)
    }.`,
  );
}

/** A message names a classroom's users, not a company's. */
function someOf(users: readonly string[], most = 20): string {
  const named = users.slice(0, most).join(", ");
  const more = users.length - most;
  return more > 0 ? `${named} and ${more} more` : named;
}
