import unhomoglyph from "unhomoglyph";
import { userName } from "../config.ts";
import { NothingRegisteredError, UsageError } from "../errors.ts";
import { didYouMean } from "../words.ts";
import { reasonText } from "./reasons.ts";

/**
 * The registered user whose name a person would take for this one: equal but for case (Unicode's
 * full case folding, nearly: upper case and lower again) and for characters that look alike, as the
 * skeletons of Unicode UTS 39 say. So "Andrew", "andrew" and one with a Cyrillic a are one name.
 */
type LookAlikes = Map<string, string>;

/** Names looked at before others get their turn: a few ms. */
const namesAtOnce = 1000;

/** Users by their names' skeletons. */
export async function lookAlikesOf(
  users: readonly string[],
): Promise<LookAlikes> {
  const found: LookAlikes = new Map();
  for (const [i, user] of users.entries()) {
    if (i % namesAtOnce === 0) await new Promise((go) => setTimeout(go));
    found.set(skeletonOf(user), user);
  }
  return found;
}

/** What is the same of all names that are taken for each other (UTS 39, section 4; never shown). */
export function skeletonOf(name: string): string {
  const plain = unhomoglyph(fold(name.normalize("NFKC")).normalize("NFD"));
  return fold(plain.normalize("NFD"));
}

/** Upper case first, because some letters have no lower case of their own: ß is SS. */
function fold(text: string): string {
  return text.toUpperCase().toLowerCase();
}

/** A name as it is kept. @throws UsageError when no user can have it. */
export function requireUserName(text: string): string {
  const name = userName(text);
  if (name !== undefined) return name;
  throw new UsageError(reasonText({ kind: "user-name", user: text }, ""));
}

/** A name as it is kept, for somebody new. @throws UsageError when no user can have it, or one's is taken for it. */
export async function requireFreeName(
  text: string,
  users: readonly string[],
): Promise<string> {
  const user = requireUserName(text);
  const by = (await lookAlikesOf(users)).get(skeletonOf(user));
  if (by === undefined) return user;
  throw new UsageError(reasonText({ kind: "name-taken", user, by }, ""));
}

/** The name of somebody who is registered. @throws NothingRegisteredError */
export function requireRegistered(
  text: string,
  users: readonly string[],
): string {
  const name = requireUserName(text);
  if (users.includes(name)) return name;
  throw notRegistered(name, users);
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
