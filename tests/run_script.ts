import { FaceSignInError, UsageError } from "../lib/errors.ts";

/** Runs a developer's script and exits with its code; a known error becomes one sentence. */
export async function runScript(
  main: (args: string[]) => Promise<number>,
): Promise<never> {
  try {
    Deno.exit(await main(Deno.args));
  } catch (error) {
    if (!(error instanceof FaceSignInError)) throw error;
    console.error(error.message);
    Deno.exit(error.exitCode);
  }
}

/** Turns what `parseArgs` throws into a UsageError that shows how the script is called. */
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
