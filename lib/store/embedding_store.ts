import type { Match, Template } from "../match/gallery.ts";
import type { Vault } from "./seal/seal.ts";

/** Which model's embeddings a store holds; it refuses any other. */
export interface StoreModel {
  readonly modelId: string;
  readonly dimensions: number;
}

/** What registering one template did. */
export type PutOutcome = "added" | "unchanged" | "replaced";

/** Keeps templates. One shared suite of cases in tests/store runs against every implementation. */
export interface EmbeddingStore {
  readonly model: StoreModel;
  /** Names of all users who have a template, sorted. */
  users(): Promise<string[]>;
  /** All templates, or one user's, in the order they were added. */
  templates(user?: string): Promise<Template[]>;
  /**
   * Keeps templates, all or none. The same user, photo name and hash again changes nothing; the
   * same user and photo name with another hash replaces; the answer tells which, in order.
   */
  put(templates: readonly Template[]): Promise<PutOutcome[]>;
  /** Forgets all of a user's templates and answers how many there were. */
  remove(user: string): Promise<number>;
  /**
   * Gives all of a user's templates to another name and answers how many there were.
   *
   * @throws UsageError when the new name has templates already.
   */
  rename(user: string, newName: string): Promise<number>;
  /** Writes every template again under another key, or unsealed for null; all or none. Answers how many. */
  reseal(vault: Vault | null): Promise<number>;
  /**
   * Puts another model's templates in the place of all that are held, all or none. The store must
   * be opened anew, with that model, afterwards.
   */
  replaceAll(model: StoreModel, templates: readonly Template[]): Promise<void>;
  /**
   * For each probe the nearest template of the nearest user and of the second nearest: none, one or
   * two matches, found by an exact search. What other processes changed counts.
   */
  nearestUsers(probes: readonly Float32Array[]): Promise<Match[][]>;
  close(): Promise<void>;
}
