import { SettingError } from "../../errors.ts";
import type { Match, Template } from "../../match/gallery.ts";
import { writeFileAtomically } from "../atomic_file.ts";
import {
  type Calibration,
  readCalibration,
  writeCalibration,
} from "../calibration.ts";
import { ChipFolder } from "../chip_folder.ts";
import type {
  EmbeddingStore,
  PutOutcome,
  StoreEntry,
  StoreModel,
} from "../embedding_store.ts";
import { AttemptsInMemory } from "../limits/attempt_counts.ts";
import { AttemptLimits } from "../limits/attempt_limits.ts";
import { putTemplates } from "../put_templates.ts";
import type { Vault } from "../seal/seal.ts";
import { packTemplates, SearchIndex } from "../search_index.ts";
import {
  requireFittingTemplates,
  requireFreeName,
  requireSameModel,
} from "../store_model.ts";
import { withFileLock } from "./file_lock.ts";
import { readContent, revisionOf } from "./json_file.ts";
import { formatJson } from "./json_format.ts";

/**
 * Opens the store that is one readable file, as in the proof of concept. A missing file is an
 * empty store and is made by the first `put`. Every call looks whether the file changed, so that
 * another process's registrations count at once. Reading needs read permission only; writing
 * touches `path`, `<path>.tmp`, `<path>.lock` and the folder of chips.
 *
 * @param savePath folder of the chips
 * @throws StoreDamagedError when the file cannot be understood; it is never overwritten.
 * @throws StoreModelError when it holds another model's embeddings.
 */
export async function openJsonStore(
  path: string,
  model: StoreModel,
  savePath: string,
): Promise<EmbeddingStore> {
  const store = new JsonStore(path, model, new ChipFolder(savePath));
  await store.templates();
  return store;
}

/** Refuses what belongs to databases only. @param what "is not sealed", "has no audit log" */
export function refuseOnJson(path: string, what: string): SettingError {
  return new SettingError(
    `a JSON store such as ${path} ${what}; set store=./faces.db`,
  );
}

class JsonStore implements EmbeddingStore {
  readonly audit = null;
  readonly attempts = new AttemptLimits(new AttemptsInMemory());
  private readonly index = new SearchIndex(
    () => revisionOf(this.name),
    async () => packTemplates(this.model, await this.read()),
  );
  /** What the file held at a revision, so that a decision parses it once. */
  private known: { revision: string; templates: Template[] } | null = null;

  /** @param name path of the file */
  constructor(
    readonly name: string,
    readonly model: StoreModel,
    private readonly chips: ChipFolder,
  ) {}

  async users(): Promise<string[]> {
    return [...new Set((await this.read()).map(({ user }) => user))].sort();
  }

  async templates(user?: string): Promise<Template[]> {
    const all = await this.read();
    return user === undefined
      ? [...all]
      : all.filter((template) => template.user === user);
  }

  async put(entries: readonly StoreEntry[]): Promise<PutOutcome[]> {
    requireFittingTemplates(this.model, entries);
    return await withFileLock(this.name, async () => {
      const bare = entries.map(withoutChip);
      const { templates, outcomes } = putTemplates(await this.read(), bare);
      const changed = entries.filter((_, i) => outcomes[i] !== "unchanged");
      if (changed.length > 0) await this.write(templates);
      await this.chips.write(changed);
      return outcomes;
    });
  }

  chip(user: string, photo: string): Promise<Uint8Array<ArrayBuffer> | null> {
    return this.chips.read(user, photo);
  }

  async remove(user: string): Promise<number> {
    return await withFileLock(this.name, async () => {
      const all = await this.read();
      const others = all.filter((template) => template.user !== user);
      const count = all.length - others.length;
      await this.chips.remove(user);
      if (count > 0) await this.write(others);
      return count;
    });
  }

  async rename(user: string, newName: string): Promise<number> {
    return await withFileLock(this.name, async () => {
      const all = await this.read();
      requireFreeName(newName, all.some((each) => each.user === newName));
      const own = all.filter((each) => each.user === user).length;
      if (own === 0) return 0;
      await this.write(
        all.map((each) =>
          each.user === user ? { ...each, user: newName } : each
        ),
      );
      await this.chips.rename(user, newName);
      return own;
    });
  }

  reseal(_vault: Vault | null): Promise<number> {
    return Promise.reject(refuseOnJson(this.name, "is never sealed"));
  }

  async replaceAll(
    model: StoreModel,
    entries: readonly StoreEntry[],
  ): Promise<void> {
    requireFittingTemplates(model, entries);
    await withFileLock(this.name, async () => {
      await this.read();
      await this.write(entries.map(withoutChip), model);
      await this.chips.write(entries);
    });
  }

  nearestUsers(probes: readonly Float32Array[]): Promise<Match[][]> {
    return this.index.nearestUsers(probes);
  }

  calibration(): Promise<Calibration | null> {
    return readCalibration(`${this.name}.calibration`);
  }

  keepCalibration(calibration: Calibration): Promise<void> {
    return writeCalibration(`${this.name}.calibration`, calibration);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  private async read(): Promise<readonly Template[]> {
    // Asked before reading: a change in between only means reading once more the next time.
    const revision = await revisionOf(this.name);
    if (this.known?.revision === revision) return this.known.templates;
    const content = await readContent(this.name);
    const templates = [...content?.templates ?? []];
    // A file without templates has nothing that could be compared wrongly.
    if (content !== null && templates.length > 0) {
      requireSameModel(this.name, content.model, this.model);
    }
    this.known = { revision, templates };
    return templates;
  }

  private async write(
    templates: readonly Template[],
    model: StoreModel = this.model,
  ): Promise<void> {
    await writeFileAtomically(this.name, formatJson({ model, templates }));
  }
}

function withoutChip({ chip: _, ...template }: StoreEntry): Template {
  return template;
}
