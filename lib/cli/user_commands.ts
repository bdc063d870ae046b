import type { Settings } from "../config.ts";
import { UsageError } from "../errors.ts";
import { evaluationFolder, forgetPhotos } from "../evaluate/embedding_cache.ts";
import { requireFreeName, requireRegistered } from "../people/names.ts";
import { reembedUsers } from "../people/reembed.ts";
import type { RegistrationPolicy } from "../people/registration_rules.ts";
import {
  chipsOf,
  exportUser,
  purgeUsers,
  type Removal,
  removeUser,
  renameUser,
  templatesOf,
} from "../people/users.ts";
import { listPhotos } from "../recognize/photo_files.ts";
import { createRecognizer } from "../recognize/recognizer.ts";
import type { EmbeddingStore } from "../store/embedding_store.ts";
import { counted } from "../words.ts";
import { openNoted } from "./open_noted.ts";
import { progressBar } from "./progress.ts";
import { registerFiles } from "./register_files.ts";
import type { Outcome } from "./run_task.ts";

/** Runs one command of `deno task users` on the settings' store. */
export async function withUsers(
  settings: Settings,
  run: (commands: UserCommands) => Promise<Outcome>,
): Promise<Outcome> {
  await using store = await openNoted(settings);
  return await run(new UserCommands(settings, store));
}

/** What each command of `deno task users` does with the store. */
export class UserCommands {
  constructor(
    private readonly settings: Settings,
    private readonly store: EmbeddingStore,
  ) {}

  async list(): Promise<Outcome> {
    const { users } = await this.store.listUsers(
      { offset: 0, limit: Number.MAX_SAFE_INTEGER },
    );
    const result = users.map(({ name: user, templates: photos }) => (
      { user, photos }
    ));
    const lines = result.map(({ user, photos }) =>
      `${user}  ${counted(photos, "photo")}`
    );
    return {
      result,
      lines: lines.length > 0 ? lines : ["Nobody is registered."],
    };
  }

  async show(user: string): Promise<Outcome> {
    const templates = await templatesOf(this.store, user);
    const chips = await chipsOf(this.store, templates);
    const photos = templates.map(({ photo, createdAt }) => (
      { photo, createdAt }
    ));
    return {
      result: { user, photos, chips },
      lines: [
        ...photos.map(({ photo, createdAt }) =>
          `${photo}  registered ${createdAt.slice(0, 10)}`
        ),
        `${counted(chips.length, "aligned face")} kept`,
      ],
    };
  }

  async add(
    name: string,
    paths: readonly string[],
    policy: Partial<RegistrationPolicy>,
  ): Promise<Outcome> {
    const user = await requireFreeName(name, this.store);
    return await this.#register(user, paths, { ...policy, newUsers: true });
  }

  async update(
    name: string,
    paths: readonly string[],
    policy: Partial<RegistrationPolicy>,
  ): Promise<Outcome> {
    const user = await requireRegistered(name, this.store);
    return await this.#register(user, paths, policy);
  }

  async rename(name: string, newName: string): Promise<Outcome> {
    const result = await renameUser(this.store, name, newName);
    const photos = counted(result.templates, "photo");
    return {
      result,
      lines: [`${name} is now ${result.user}; ${photos} kept.`],
    };
  }

  async remove(name: string): Promise<Outcome> {
    const result = await removeUser(this.store, name, forgetPhotos);
    return {
      result,
      lines: [this.#removalText(result), ...await reportNotes()],
    };
  }

  async export(name: string): Promise<Outcome> {
    const result = await exportUser(this.store, name);
    return { result, lines: [JSON.stringify(result, null, 2)] };
  }

  async reembed(fromChips: boolean): Promise<Outcome> {
    const recognizer = await createRecognizer(this.settings);
    const { modelId } = recognizer;
    const templates = await reembedUsers(recognizer, this.store, {
      photosIn: fromChips ? null : this.settings.registerPath,
      user: this.settings.user,
      onProgress: progressBar("Embedding"),
    });
    const photos = counted(templates, "photo");
    return {
      result: { templates, modelId },
      lines: [`${photos} embedded again for ${modelId}.`],
    };
  }

  async purge(): Promise<Outcome> {
    const result = await purgeUsers(this.store, forgetPhotos);
    return {
      result,
      lines: [
        ...result.map((removal) => this.#removalText(removal)),
        `${counted(result.length, "user")} removed.`,
        ...await reportNotes(),
      ],
    };
  }

  async #register(
    user: string,
    paths: readonly string[],
    policy: Partial<RegistrationPolicy>,
  ): Promise<Outcome> {
    const settings = this.settings;
    const files = await Promise.all(
      paths.map((path) => listPhotos(path, user)),
    );
    const photos = files.flat();
    const other = photos.find((file) => file.user !== user);
    if (other !== undefined) {
      throw new UsageError(
        `${other.path} lies in a folder of its own, which could be another person's; name the folders that hold ${user}'s photos.`,
      );
    }
    const recognizer = await createRecognizer(settings);
    // Once more, for this model: the other commands work after a change of model, too.
    await using store = await openNoted(settings, recognizer);
    return await registerFiles({ recognizer, store, settings }, photos, policy);
  }

  #removalText({ user, templates, cached }: Removal): string {
    const faces = counted(
      templates,
      "template with its aligned face",
      "templates with their aligned faces",
    );
    const entries = counted(cached, "entry", "entries");
    const log = this.store.audit === null
      ? ""
      : " The audit log keeps that somebody was removed, without the name.";
    return `${user} removed: ${faces} and ${entries} of the evaluation's cache.${log}`;
  }
}

/** A report shows the pairs that were hardest, and nobody can tell from it whose they are. */
async function reportNotes(): Promise<string[]> {
  const report = `${evaluationFolder}/report.html`;
  const there = await Deno.stat(report).then(() => true, () => false);
  return there
    ? [
      `${report} may show faces from before; remove it, or make it again with \`deno task evaluate\`.`,
    ]
    : [];
}
