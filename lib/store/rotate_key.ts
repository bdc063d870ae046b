import type { Settings } from "../config.ts";
import { SettingError } from "../errors.ts";
import { openStore } from "./open_store.ts";
import { keepNewKey, keyFileOf, makeKey, NO_KEY } from "./seal/key_file.ts";
import { parseStorePlace } from "./store_place.ts";

/**
 * Seals a database with a new key, which takes the old one's place in the key file: what was sealed
 * before, also in copies made before, opens with no key that is still there. A store that was not
 * sealed is from then on. Killed at any moment, the store opens with the key in its file.
 *
 * @param options `accept`: also where somebody without the key changed rows, which count from then on
 * @returns how many templates there are, and the file
 * @throws SettingError when the key lies in no file of this program's.
 */
export async function rotateKey(
  settings: Pick<Settings, "store" | "storeKey" | "storeKeyFile" | "savePath">,
  options: { readonly accept?: boolean } = {},
): Promise<{ templates: number; keyId: string; path: string }> {
  if (settings.storeKey !== "" || settings.storeKeyFile === NO_KEY) {
    throw new SettingError(
      "the key lies in no file; name a file with the new key, or empty store_key and store_key_file",
    );
  }
  const path = keyFileOf(parseStorePlace(settings.store), settings);
  const key = makeKey();
  const store = await openStore(settings);
  let templates: number;
  try {
    templates = await store.reseal(key, {
      ...options,
      beforeDone: () => keepNewKey(path, key),
    });
  } finally {
    await store.close();
  }
  // Opening a store puts the new key into the old one's place.
  await (await openStore(settings)).close();
  return { templates, keyId: key.keyId, path };
}
