/** `deno task verify`: decides sign-ins. */
import "./named_reads.ts";
import { readSettings } from "../config.ts";
import { UsageError } from "../errors.ts";
import { checkStorePlace } from "../store/store_place.ts";
import { answer, runTask, taskCommand } from "./run_task.ts";

const verify = taskCommand(
  "verify",
  "Decides a sign-in: is this photo one of the registered users? Several photos or a folder are decided one by one.",
  "signin_photos/beatriz/beatriz_06.jpg --user beatriz",
)
  .argument("[photos...]", "photos or folders; signin_image unless named")
  .option("--together", "decide once: all photos are of one sign-in")
  .option("--user <name>", "whether it is this user, instead of whose it is")
  .option(
    "--threshold <distance>",
    "accept below this distance, over 0 to 2",
    distance,
  )
  .action(async (photos, options) => {
    const settings = readSettings();
    const isThere = await checkStorePlace(settings);
    // Resolved here, so that Deno reads what does the work after the settings were checked.
    const { verifyPhotos }: typeof import("./verify_photos.ts") = await import(
      import.meta.resolve("./verify_photos.ts")
    );
    answer(await verifyPhotos(photos, options, settings, isThere));
  });

if (import.meta.main) await runTask(verify);

function distance(text: string): number {
  const value = Number(text);
  if (value > 0 && value <= 2) return value;
  throw new UsageError(
    `--threshold ${text} is not a distance between 0 and 2.`,
  );
}
