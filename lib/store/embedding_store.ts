import type { Template } from "../match/gallery.ts";

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
  close(): Promise<void>;
}
