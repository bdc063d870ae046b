/** Where tasks meet `commander`, the library that reads options, prints help and suggests what was meant. */
import {
  Command,
  CommanderError,
  type CommandUnknownOpts,
} from "@commander-js/extra-typings";
import { FaceSignInError, UsageError } from "../errors.ts";

/** What a task exits with when something happened that no error class foresees (EX_SOFTWARE of sysexits.h). */
const unforeseen = 70;

/** What a task found out. */
export interface Outcome {
  /** 0 unless given. */
  readonly exitCode?: number;
  /** What `--json` prints. */
  readonly result: unknown;
  /** What is printed otherwise. */
  readonly lines: readonly string[];
}

/**
 * A task's command line: options and arguments are added to it, then `action` says what it does.
 * Every task has `--json` and `--help`, which shows the sentence and the example; a wrong option
 * or command is a UsageError that suggests the nearest one.
 *
 * @param name as in deno.json
 * @param example arguments of a call worth showing
 */
export function taskCommand(
  name: string,
  sentence: string,
  example: string,
): Command {
  const call = `deno task ${name}`;
  return new Command(call)
    .description(sentence)
    .helpOption("-h, --help", "show this help")
    .helpCommand(false)
    .addHelpText("after", `\nExample:\n  ${call} ${example}`)
    .exitOverride()
    .configureOutput({
      writeErr: () => {},
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    });
}

/** Prints a line on the way to the answer; nothing where a program reads one JSON object. */
export function note(line: string): void {
  if (!wantsJson()) console.log(line);
}

function wantsJson(): boolean {
  return Deno.args.includes("--json");
}

/** Prints what a task found out and sets the code that the process exits with. */
export function answer({ exitCode = 0, result, lines }: Outcome): void {
  if (wantsJson()) console.log(JSON.stringify({ ok: true, result }, null, 2));
  else for (const line of lines) console.log(line);
  Deno.exitCode = exitCode;
}

/**
 * Runs a task on the command line of this process and exits with its code; an error becomes one
 * sentence on standard error, or with `--json` one object on standard output.
 */
export async function runTask(command: CommandUnknownOpts): Promise<never> {
  try {
    command.option("--json", "print one JSON object instead of text");
    await command.parseAsync(Deno.args, { from: "user" });
  } catch (error) {
    Deno.exitCode = report(
      error instanceof CommanderError ? asUsageError(error, command) : error,
    );
  }
  Deno.exit();
}

/** Null where `--help` was asked for and has been printed. */
function asUsageError(
  { code, message }: CommanderError,
  command: CommandUnknownOpts,
): UsageError | null {
  if (code === "commander.helpDisplayed") return null;
  const help = `\`${command.name()} --help\` shows how it is called.`;
  if (code === "commander.help") {
    const names = command.commands.map((each) => each.name()).join(", ");
    return new UsageError(`Name a command: ${names}; ${help}`);
  }
  const [problem, suggestion = ""] = message.replace(/^error: /, "").split(
    "\n",
  );
  const what = suggestion.replace(/^\(Did you mean (.*)\?\)$/, ", $1 perhaps");
  const sentence = problem!.charAt(0).toUpperCase() + problem!.slice(1);
  return new UsageError(`${sentence.replace(/\.$/, "")}${what}; ${help}`);
}

/** Prints an error; returns the code to exit with. */
function report(error: unknown): number {
  if (error === null) return 0;
  const known = error instanceof FaceSignInError;
  const kind = known ? error.kind : "unforeseen";
  const message = known ? error.message : explainUnforeseen(error);
  const remedy = known ? error.remedy : "Report it, with the message.";
  if (wantsJson()) {
    console.log(
      JSON.stringify({ ok: false, error: { kind, message, remedy } }),
    );
  } else console.error(message);
  return known ? error.exitCode : unforeseen;
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

/** Resolves when the process is asked to end. */
export function untilTold(): Promise<void> {
  return new Promise((resolve) => {
    Deno.addSignalListener("SIGINT", () => resolve());
    if (Deno.build.os !== "windows") {
      Deno.addSignalListener("SIGTERM", () => resolve());
    }
  });
}
