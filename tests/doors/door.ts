import type { Recognizer } from "../../lib/recognize/recognizer.ts";
import { sentence } from "../../lib/web/problems.ts";

/** What a door did with what it was asked, and what it said. */
export interface Said {
  readonly outcome: "done" | "refused" | "error";
  /** One sentence; empty when there was nothing to say. */
  readonly words: string;
}

/** A way into the program: the tasks, the page's API, or the library itself. */
export interface Door {
  /** Registers one photo, a path in `photos/`. */
  register(user: string, photo: string): Promise<Said>;
  rename(user: string, newName: string): Promise<Said>;
  remove(user: string): Promise<Said>;
  close(): Promise<void>;
}

/** What every door is opened with. */
export interface Place {
  /** A fresh clone: its store is `embeddings.json`, its chips are in `aligned_faces`. */
  readonly folder: string;
  /** Makes the library's embeddings. */
  readonly recognizer: Recognizer;
}

/** Opens a door; it may refuse to open. */
export type OpenDoor = (place: Place) => Promise<Door>;

/** The settings of a place, by their names in the environment. */
export function settingsOf({ folder }: Place): Record<string, string> {
  return {
    store: `${folder}/embeddings.json`,
    save_path: `${folder}/aligned_faces`,
    admin_path: `${folder}/admin`,
    port: "0",
  };
}

export const done: Said = { outcome: "done", words: "" };

/** Words as a whole sentence, without the folders that a door names files by. */
export function said(outcome: Said["outcome"], words: string): Said {
  const bare = words.trim()
    .replaceAll(/(\S*\/)?(photos|aligned_faces)\//g, "")
    .replaceAll(/(\S*\/)?embeddings\.json/g, "embeddings.json");
  return { outcome, words: sentence(bare) };
}

/** What an error says. */
export function saidError(error: unknown): Said {
  return said("error", error instanceof Error ? error.message : String(error));
}
