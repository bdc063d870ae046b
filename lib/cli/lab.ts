/** `deno task lab --kind KIND --person NAME`: records sign-ins to measure the live check with. */
import "./named_reads.ts";
import { readSettings } from "../config.ts";
import { startServer } from "../web/server.ts";
import { runTask, taskCommand, untilTold } from "./run_task.ts";

const lab = taskCommand(
  "lab",
  "Records every frame of the page's sign-ins, of people who agree or of what is held up in their place; nobody is signed in.",
  "--kind phone --person ann",
)
  .requiredOption(
    "--kind <kind>",
    '"live", or what is held up: print, phone, mask',
  )
  .requiredOption("--person <name>", "whose face it is")
  .option("--out <folder>", "where takes go", "lab")
  .action(async ({ kind, person, out }) => {
    const server = await startServer(readSettings(), {
      lab: { folder: out, kind, person },
    });
    console.log(
      `Every frame of each sign-in is kept in ${out}/, which holds faces then: ask whoever stands before the camera.`,
    );
    console.log(`Open ${server.url} in a browser; Ctrl+C ends.`);
    await untilTold();
    await server.stop();
    console.log(`Measure with: deno task evaluate-liveness --takes ${out}`);
  });

if (import.meta.main) await runTask(lab);
