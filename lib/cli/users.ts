/** `deno task users`: who is registered, and what is kept about them. */
import "./named_reads.ts";
import { readSettings } from "../config.ts";
import { UsageError } from "../errors.ts";
import { checkStorePlace } from "../store/store_place.ts";
import { answer, type Outcome, runTask, taskCommand } from "./run_task.ts";
import type { UserCommands } from "./user_commands.ts";

const users = taskCommand(
  "users",
  "Who is registered, and what is kept about them.",
  "add hana signin_photos/hana/hana_01.jpg",
);

users.command("list")
  .description("all users and how many photos of each are kept")
  .action(() => onStore((commands) => commands.list()));

users.command("show <name>")
  .description("one user's photos")
  .action((name) => onStore((commands) => commands.show(name)));

const photoCommands = {
  add: "register a new user; a folder stands for its photos",
  update: "register more or changed photos of a user",
};
for (const command of ["add", "update"] as const) {
  users.command(command)
    .argument("<name>")
    .argument("<photos...>")
    .description(photoCommands[command])
    .option("--force", "although the face is another user's")
    .option("--largest", "take the largest face of a photo of several people")
    .action((name, photos, policy) =>
      onStore((commands) => commands[command](name, photos, policy))
    );
}

users.command("rename <name> <new_name>")
  .description("give a user another name")
  .action((name, newName) =>
    onStore((commands) => commands.rename(name, newName))
  );

users.command("remove <name>")
  .description(
    "forget a user: templates, aligned faces, failed sign-ins, and what the evaluation's cache keeps of the photos",
  )
  .action((name) => onStore((commands) => commands.remove(name)));

users.command("export <name>")
  .description("everything kept about a user, as JSON")
  .action((name) => onStore((commands) => commands.export(name)));

users.command("reembed")
  .description(
    "after a change of model: embed everybody's photos again from register_path",
  )
  .option("--chips", "from the aligned faces kept instead")
  .action(({ chips }) =>
    onStore((commands) => commands.reembed(chips === true))
  );

users.command("purge")
  .description("forget everybody")
  .option("--force", "really")
  .action(async ({ force }) => {
    if (!force) {
      throw new UsageError(
        "purge forgets every user for good; add --force to do it",
      );
    }
    await onStore((commands) => commands.purge());
  });

if (import.meta.main) await runTask(users);

async function onStore(
  run: (commands: UserCommands) => Promise<Outcome>,
): Promise<void> {
  const settings = readSettings();
  await checkStorePlace(settings);
  // Resolved here, so that Deno reads what does the work after the settings were checked.
  const { withUsers }: typeof import("./user_commands.ts") = await import(
    import.meta.resolve("./user_commands.ts")
  );
  answer(await withUsers(settings, run));
}
