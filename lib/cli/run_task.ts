import { FaceSignInError, UsageError } from "../errors.ts";

/** What a task exits with when something happened that no error class foresees (EX_SOFTWARE of sysexits.h). */
const unforeseen = 70;

/**
 * Runs a task and exits with its code; an error becomes one sentence on standard error, or with
 * `--json` one object on standard output.
 */
export async function runTask(
  main: (args: string[]) => Promise<number>,
): Promise<never> {
  try {
    Deno.exit(await main(Deno.args));
  } catch (error) {
    const known = error instanceof FaceSignInError;
    const kind = known ? error.kind : "unforeseen";
    const message = known ? error.message : explainUnforeseen(error);
    if (Deno.args.includes("--json")) {
      console.log(
        JSON.stringify({ verdict: "unanswered", error: kind, message }),
      );
    } else {
      console.error(message);
    }
    Deno.exit(known ? error.exitCode : unforeseen);
  }
}

function explainUnforeseen(error: unknown): string {
  if (error instanceof Deno.errors.NotCapable) {
    return `${
      error.message.split(",")[0]
    }, which this task's permissions in deno.json do not grant.`;
  }
  return `Something unforeseen happened; please report it: ${
    error instanceof Error ? error.stack : String(error)
  }`;
}

/** Turns what `parseArgs` throws into a UsageError that shows how the task is called. */
export function parsedOrUsage<T>(usage: string, parse: () => T): T {
  try {
    return parse();
  } catch (cause) {
    const reason = cause instanceof Error
      ? cause.message.split(".")[0]
      : String(cause);
    throw new UsageError(`${reason}; usage: ${usage}`, { cause });
  }
}
