import unhomoglyph from "unhomoglyph";
import { userName } from "../config.ts";
import { NothingRegisteredError, UsageError } from "../errors.ts";
import { reasonText } from "./reasons.ts";

/**
 * The registered user whose name a person would take for this one: equal but for case (Unicode's
 * full case folding, nearly: upper case and lower again) and for characters that look alike, as the
 * skeletons of Unicode UTS 39 say. So "Andrew", "andrew" and one with a Cyrillic a are one name.
 */
export type LookAlikes = Map<string, string>;

/** Users by their names' skeletons. */
export function lookAlikesOf(users: readonly string[]): LookAlikes {
  return new Map(users.map((user) => [skeletonOf(user), user]));
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
export function requireFreeName(
  text: string,
  users: readonly string[],
): string {
  const user = requireUserName(text);
  const by = lookAlikesOf(users).get(skeletonOf(user));
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
  throw notRegistered(name);
}

/** Nobody has this name. */
export function notRegistered(user: string): NothingRegisteredError {
  return new NothingRegisteredError(
    `${user} is not registered; \`deno task users list\` shows who is`,
  );
}
