import { openStore } from "../../lib/store/open_store.ts";
import type { TestServer } from "./running_server.ts";

/** Names of a user's photos whose chip the server's store keeps, sorted. */
export async function keptChips(
  { settings }: Pick<TestServer, "settings">,
  user: string,
): Promise<string[]> {
  const store = await openStore(settings);
  const kept: string[] = [];
  for (const { photo } of await store.templates(user)) {
    if (await store.chip(user, photo) !== null) kept.push(photo);
  }
  await store.close();
  return kept.sort();
}
