/** `deno task register`: registers photos. */
import "./named_reads.ts";
import { readSettings } from "../config.ts";
import { checkStorePlace } from "../store/store_place.ts";
import { answer, runTask, taskCommand } from "./run_task.ts";

const register = taskCommand(
  "register",
  "Registers photos: a sub-folder is a user, photos directly in a folder are those of --user.",
  "--user hana signin_photos/hana",
)
  .argument("[paths...]", "photos or folders; register_path unless named")
  .option(
    "--user <name>",
    "whose the photos are; the setting `user` unless named",
  )
  .option("--force", "register although the face is another user's")
  .option("--largest", "take the largest face of a photo of several people")
  .action(async (paths, { user, ...policy }) => {
    const settings = readSettings();
    await checkStorePlace(settings);
    // Resolved here, so that Deno reads what does the work after the settings were checked.
    const { registerPaths }: typeof import("./register_files.ts") =
      await import(
        import.meta.resolve("./register_files.ts")
      );
    const from = paths.length > 0 ? paths : [settings.registerPath];
    answer(
      await registerPaths(from, user ?? settings.user, settings, policy),
    );
  });

if (import.meta.main) await runTask(register);
