import { SettingError } from "../../errors.ts";
import type { Match, Template } from "../../match/gallery.ts";
import {
  checkWritable,
  removeFile,
  writeFileAtomically,
} from "../atomic_file.ts";
import { ChipFolder } from "../chip_folder.ts";
import {
  type Calibration,
  formatCalibration,
  parseCalibration,
} from "../calibration.ts";
import type {
  EmbeddingStore,
  PutOutcome,
  StoreEntry,
  StoreModel,
  UserPage,
  UserQuery,
} from "../embedding_store.ts";
import { AttemptLimits, AttemptsInMemory } from "../limits/attempt_limits.ts";
import type { StoreKey } from "../seal/store_key.ts";
import {
  decidePut,
  openedModel,
  requireFittingTemplates,
  requireFreeName,
  requireSameModel,
  templateKey,
} from "../store_rules.ts";
import { folded, skeletonOf } from "../names.ts";
import { type Content, pack, readContent } from "./json_content.ts";
import { readText, revisionOf, withFileLock } from "./json_file.ts";
import { formatJson } from "./json_format.ts";

/** Up to here a file is as fast as anybody notices. */
const LARGE = 10_000;

/**
 * Opens the store that is one readable file, as in the proof of concept. A missing file is an
 * empty store and is made by the first `put`. Every call looks whether the file changed, so that
 * another process's registrations count at once. Reading needs read permission only; writing
 * touches `path`, `<path>.tmp`, `<path>.lock` and the folder of chips.
 *
 * @param savePath folder of the chips
 * @param model null: the one that the file holds
 * @throws StoreDamagedError when the file cannot be understood; it is never overwritten.
 * @throws StoreModelError when it holds another model's embeddings.
 */
export async function openJsonStore(
  path: string,
  savePath: string,
  model: StoreModel | null,
): Promise<EmbeddingStore> {
  const held = (await readContent(path)).model;
  const used = openedModel(path, model, held);
  return new JsonStore(path, used, new ChipFolder(savePath));
}

/** Refuses what belongs to databases only. @param what "is not sealed", "has no audit log" */
export function refuseOnJson(path: string, what: string): SettingError {
  return new SettingError(
    `a JSON store such as ${path} ${what}; set store=./faces.db`,
  );
}

class JsonStore implements EmbeddingStore {
  readonly audit = null;
  readonly notice = null;
  readonly attempts = new AttemptLimits(new AttemptsInMemory());
  /** So that a decision parses the file once. */
  private known: Content | null = null;
  private advised = false;

  /** @param name path of the file */
  constructor(
    readonly name: string,
    readonly model: StoreModel,
    private readonly chips: ChipFolder,
  ) {}

  async users(): Promise<string[]> {
    return [...new Set((await this.read()).map(({ user }) => user))].sort();
  }

  async hasUsers(): Promise<boolean> {
    return (await this.read()).length > 0;
  }

  async hasUser(name: string): Promise<boolean> {
    return (await this.read()).some(({ user }) => user === name);
  }

  async lookAlikes(name: string): Promise<string[]> {
    const content = await this.content();
    content.names ??= Map.groupBy(await this.users(), skeletonOf);
    return content.names.get(skeletonOf(name)) ?? [];
  }

  async listUsers(
    { search = "", offset, limit }: UserQuery,
  ): Promise<UserPage> {
    const part = folded(search);
    const byUser = Map.groupBy(await this.read(), ({ user }) => user);
    const found = [...byUser].filter(([name]) => folded(name).includes(part))
      .sort(([a], [b]) => a < b ? -1 : 1);
    const page = found.slice(offset, offset + limit);
    const users = page.map(([name, own]) => ({
      name,
      templates: own.length,
      registeredAt: own.map(({ createdAt }) => createdAt).sort()[0]!,
    }));
    return { total: found.length, users };
  }

  async templates(user?: string): Promise<Template[]> {
    const all = await this.read();
    return user === undefined
      ? [...all]
      : all.filter((template) => template.user === user);
  }

  async *batches(): AsyncGenerator<Template[]> {
    yield await this.templates();
  }

  async putAll(
    batches: AsyncIterable<readonly StoreEntry[]>,
  ): Promise<void> {
    await this.put((await Array.fromAsync(batches)).flat());
  }

  revision(): Promise<string> {
    return revisionOf(this.name);
  }

  async put(entries: readonly StoreEntry[]): Promise<PutOutcome[]> {
    return (await this.putIfUnchanged(entries, null))!;
  }

  async putIfUnchanged(
    entries: readonly StoreEntry[],
    revision: string | null,
  ): Promise<PutOutcome[] | null> {
    requireFittingTemplates(this.model, entries);
    return await withFileLock(this.name, async () => {
      if (revision !== null && revision !== await this.revision()) return null;
      const held = await this.read();
      const { outcomes, changed } = decidePut(
        new Map(held.map((each) => [templateKey(each), each.photoSha256])),
        entries,
      );
      for (const [i, entry] of entries.entries()) {
        if (outcomes[i] !== "unchanged") continue;
        // A kill between template and chip, or a person, may have taken the chip.
        const { user, photo } = entry;
        const there = await this.chips.read(user, photo) !== null;
        if (!there) await this.chips.write([entry]);
      }
      if (changed.length === 0) return outcomes;
      const renewed = new Map(
        changed.map((each) => [templateKey(each), withoutChip(each)]),
      );
      const changedKeys = new Set(renewed.keys());
      const kept = held.map((each) => {
        const key = templateKey(each);
        const template = renewed.get(key) ?? each;
        renewed.delete(key);
        return template;
      });
      const before = await this.chips.readAll(
        held.filter((each) => changedKeys.has(templateKey(each))),
      );
      let written = false;
      try {
        await this.chips.removePhotos(changed);
        await this.write([...kept, ...renewed.values()]);
        written = true;
        await this.chips.write(changed);
      } catch (error) {
        // A disk is full: all or none.
        await this.chips.removePhotos(changed);
        if (written) await this.write(held);
        await this.chips.write(before);
        throw error;
      }
      return outcomes;
    });
  }

  chip(user: string, photo: string): Promise<Uint8Array<ArrayBuffer> | null> {
    return this.chips.read(user, photo);
  }

  async removePhoto(user: string, photo: string): Promise<boolean> {
    return await withFileLock(this.name, async () => {
      const all = await this.read();
      const key = templateKey({ user, photo });
      const others = all.filter((each) => templateKey(each) !== key);
      if (others.length === all.length) return false;
      await this.chips.removePhotos([{ user, photo }]);
      await this.write(others);
      return true;
    });
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
      requireFreeName(newName, user, await this.lookAlikes(newName));
      const own = all.filter((each) => each.user === user);
      if (own.length === 0) return 0;
      const chips = await this.chips.readAll(own);
      // Gone before and back afterwards: killed in between, none is left of a name that nobody has.
      await this.chips.remove(user);
      let name = user;
      try {
        const renamed = (each: Template) => ({ ...each, user: newName });
        await this.write(
          all.map((each) => each.user === user ? renamed(each) : each),
        );
        name = newName;
      } finally {
        await this.chips.write(chips.map((each) => ({ ...each, user: name })));
      }
      return own.length;
    });
  }

  reseal(_key: StoreKey | null): Promise<number> {
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

  async nearestUsers(probes: readonly Float32Array[]): Promise<Match[][]> {
    const content = await this.content();
    const { templates } = content;
    content.gallery ??= pack(this.model, templates);
    return content.gallery.nearest(probes).map(({ best, runnerUp }) =>
      [best, runnerUp].filter((found) => found !== null)
        .map(({ row, distance }) => ({ template: templates[row]!, distance }))
    );
  }

  /** A file is read with each change anyway. */
  prepareSearch(): Promise<void> {
    return Promise.resolve();
  }

  searchLoaded(): Promise<number> {
    return Promise.resolve(1);
  }

  async calibration(): Promise<Calibration | null> {
    const text = await readText(this.calibrationPath);
    return text === null ? null : parseCalibration(this.name, text);
  }

  async keepCalibration(calibration: Calibration | null): Promise<void> {
    if (calibration === null) return await removeFile(this.calibrationPath);
    const text = formatCalibration(calibration);
    await writeFileAtomically(this.calibrationPath, text);
  }

  async check(): Promise<void> {
    await this.read();
    await withFileLock(this.name, () => checkWritable(this.name));
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  private get calibrationPath(): string {
    return `${this.name}.calibration`;
  }

  private async read(): Promise<readonly Template[]> {
    return (await this.content()).templates;
  }

  private async content(): Promise<Content> {
    if (this.known?.revision !== await revisionOf(this.name)) {
      const content = await readContent(this.name);
      if (content.model !== null) {
        requireSameModel(this.name, content.model, this.model);
      }
      this.adviseDatabase(content.templates.length);
      this.known = content;
    }
    return this.known!;
  }

  /** Says once that so many are kept faster elsewhere. */
  private adviseDatabase(templates: number): void {
    if (templates <= LARGE || this.advised) return;
    this.advised = true;
    console.warn(
      `${this.name} holds ${templates} templates, and each change writes them all; a database is faster: deno task store copy ${this.name} ./faces.db, then set store=./faces.db`,
    );
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
