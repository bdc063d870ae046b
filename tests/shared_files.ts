import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** A file of ../shared, which lies beside the project on the machines that build it; null elsewhere. */
export function sharedPath(path: string): string | null {
  const full = fileURLToPath(new URL(`../../shared/${path}`, import.meta.url));
  return existsSync(full) ? full : null;
}

/** An oracle of ../shared/fixtures, or null where it is absent. */
export function readFixture<T>(name: string): T | null {
  const path = sharedPath(`fixtures/${name}`);
  return path === null ? null : JSON.parse(Deno.readTextFileSync(path)) as T;
}
