import type { Match, Template } from "../../match/gallery.ts";
import { writeFileAtomically } from "../atomic_file.ts";
import { sha256 } from "../audit/audit_chain.ts";
import { type AuditEvent, registerEvents } from "../audit/audit_event.ts";
import type { AuditFile } from "../audit/audit_file.ts";
import type {
  EmbeddingStore,
  PutOutcome,
  StoreModel,
} from "../embedding_store.ts";
import { withFileLock } from "./file_lock.ts";
import { readContent, readIfThere, revisionOf } from "./json_file.ts";
import { formatJson } from "./json_format.ts";
import {
  keepEmbeddings,
  type KeptTemplate,
  readTemplate,
} from "../kept_embedding.ts";
import { putTemplates } from "../put_templates.ts";
import type { Vault } from "../seal/seal.ts";
import { packTemplates, SearchIndex } from "../search_index.ts";
import {
  requireFittingTemplates,
  requireFreeName,
  requireSameModel,
} from "../store_model.ts";

/**
 * Opens the store that is one readable file, as in the proof of concept. A missing file is an
 * empty store and is made by the first `put`. Every call reads what the file holds now, so that
 * another process's registrations count at once. Reading needs read permission only; writing
 * touches `path`, `<path>.tmp` and `<path>.lock`.
 *
 * @param vault seals the embeddings; null keeps them readable
 * @param audit takes down every change; null takes down none
 * @throws StoreDamagedError when the file cannot be understood; it is never overwritten.
 * @throws StoreModelError when it holds another model's embeddings.
 * @throws StoreKeyError when it is sealed and the vault is not the one that sealed it.
 */
export async function openJsonStore(
  path: string,
  model: StoreModel,
  vault: Vault | null = null,
  audit: AuditFile | null = null,
): Promise<EmbeddingStore> {
  const store = new JsonStore(path, model, vault, audit);
  await store.templates();
  await store.settle();
  return store;
}

class JsonStore implements EmbeddingStore {
  private readonly index = new SearchIndex(
    () => revisionOf(this.path),
    async () => packTemplates(this.model, await this.templates()),
  );

  constructor(
    private readonly path: string,
    readonly model: StoreModel,
    private vault: Vault | null,
    private readonly audit: AuditFile | null,
  ) {}

  /** Finishes the log of a change that a killed process made. */
  async settle(): Promise<void> {
    const unsettled = await this.audit?.unsettled() ?? 0;
    if (unsettled > 0) await this.changing(() => Promise.resolve());
  }

  async users(): Promise<string[]> {
    return [...new Set((await this.read()).map(({ user }) => user))].sort();
  }

  async templates(user?: string): Promise<Template[]> {
    const all = await this.read();
    const wanted = user === undefined
      ? all
      : all.filter((kept) => kept.user === user);
    return this.open(wanted);
  }

  async put(incoming: readonly Template[]): Promise<PutOutcome[]> {
    requireFittingTemplates(this.model, incoming);
    return await this.changing(async () => {
      const kept = await keepEmbeddings(this.model, this.vault, incoming);
      const { templates, outcomes } = putTemplates(await this.read(), kept);
      if (outcomes.some((outcome) => outcome !== "unchanged")) {
        const { modelId } = this.model;
        const events = registerEvents(modelId, incoming, outcomes);
        await this.write(templates, events);
      }
      return outcomes;
    });
  }

  async remove(user: string): Promise<number> {
    return await this.changing(async () => {
      const all = await this.read();
      const others = all.filter((template) => template.user !== user);
      const templates = all.length - others.length;
      if (templates > 0) {
        await this.write(others, [{ event: "remove", user, templates }]);
      }
      return templates;
    });
  }

  async rename(user: string, newName: string): Promise<number> {
    return await this.changing(async () => {
      const all = await this.read();
      requireFreeName(newName, all.some((kept) => kept.user === newName));
      const own = all.filter((kept) => kept.user === user);
      const renamed = (await this.open(own)).map((template) => ({
        ...template,
        user: newName,
      }));
      const resealed = await keepEmbeddings(this.model, this.vault, renamed);
      const places = new Map(own.map((kept, i) => [kept, resealed[i]!]));
      const templates = own.length;
      if (templates > 0) {
        const event = { event: "rename", user, newName, templates } as const;
        await this.write(all.map((kept) => places.get(kept) ?? kept), [event]);
      }
      return templates;
    });
  }

  async reseal(vault: Vault | null): Promise<number> {
    return await this.changing(async () => {
      const templates = await this.templates();
      const kept = await keepEmbeddings(this.model, vault, templates);
      await this.write(kept, [{
        event: "reseal",
        from: this.vault?.keyId ?? null,
        to: vault?.keyId ?? null,
        templates: kept.length,
      }]);
      this.vault = vault;
      return templates.length;
    });
  }

  async replaceAll(
    model: StoreModel,
    renewed: readonly Template[],
  ): Promise<void> {
    requireFittingTemplates(model, renewed);
    await this.changing(async () => {
      await this.read();
      const kept = await keepEmbeddings(model, this.vault, renewed);
      const [{ modelId }, templates] = [model, renewed.length];
      await this.write(kept, [{ event: "reembed", modelId, templates }], model);
    });
  }

  nearestUsers(probes: readonly Float32Array[]): Promise<Match[][]> {
    return this.index.nearestUsers(probes);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  private open(kept: readonly KeptTemplate[]): Promise<Template[]> {
    return Promise.all(
      kept.map((each) => readTemplate(this.model, this.vault, each)),
    );
  }

  private async read(): Promise<KeptTemplate[]> {
    const content = await readContent(this.path);
    if (content === null) return [];
    const { model, templates } = content;
    // A file without templates has nothing that could be compared wrongly.
    if (templates.length > 0) requireSameModel(this.path, model, this.model);
    return [...templates];
  }

  /** Replaces the file, together with what the audit log says about it. */
  private async write(
    templates: readonly KeptTemplate[],
    events: readonly AuditEvent[],
    model: StoreModel = this.model,
  ): Promise<void> {
    const text = formatJson({ model, templates });
    await this.audit?.begin(sha256(text), events);
    await writeFileAtomically(this.path, text);
    await this.audit?.settle(() => Promise.resolve(sha256(text)));
  }

  /** Runs a change while no other process changes the file. */
  private changing<T>(work: () => Promise<T>): Promise<T> {
    return withFileLock(this.path, async () => {
      await this.audit?.settle(async () =>
        sha256(await readIfThere(this.path) ?? "")
      );
      return await work();
    });
  }
}
