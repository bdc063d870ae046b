import type { Settings } from "../../config.ts";
import { SettingError } from "../../errors.ts";
import { parseStoreKey, type StoreKey } from "./store_key.ts";

/**
 * Reads the key from store_key or store_key_file; null when neither is set.
 *
 * @throws SettingError when both are set, the key is malformed, or others may read its file.
 */
export async function readStoreKey(
  { storeKey, storeKeyFile }: Pick<Settings, "storeKey" | "storeKeyFile">,
): Promise<StoreKey | null> {
  if (storeKey !== "" && storeKeyFile !== "") {
    throw new SettingError(
      "store_key and store_key_file are both set; keep one of them",
    );
  }
  if (storeKeyFile !== "") {
    return parseStoreKey(await readKeyFile(storeKeyFile));
  }
  return storeKey === "" ? null : parseStoreKey(storeKey);
}

async function readKeyFile(path: string): Promise<string> {
  let text: string;
  let mode: number | null;
  try {
    [text, { mode }] = [await Deno.readTextFile(path), await Deno.stat(path)];
  } catch (cause) {
    throw new SettingError(
      `store_key_file=${path} cannot be read; correct the path or the file's rights`,
      { cause },
    );
  }
  if (mode !== null && (mode & 0o077) !== 0) {
    throw new SettingError(
      `store_key_file=${path} may be read by others; run chmod 600 ${path}`,
    );
  }
  return text;
}
