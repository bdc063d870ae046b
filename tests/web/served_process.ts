import { freshFolder } from "../e2e/task.ts";

/** `deno task serve` as a process of its own. */
export interface Served {
  /** Address it printed. */
  readonly url: string;
  readonly pid: number;
  readonly folder: string;
  /** Administrator's password, where one was made. */
  readonly password: string | null;
  /** Everything printed so far, both streams. */
  said(): string;
  /** Tells it to end and waits for that. */
  end(signal?: Deno.Signal): Promise<Ended>;
  /** As `end`; its folder goes, too. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** How a server ended. */
export interface Ended {
  readonly code: number;
  readonly said: string;
}

/** The task's own command, permissions and all; `deno` is this one, and what the task sets before it is left out. */
export function serveArgs(task = "serve"): string[] {
  const { tasks } = JSON.parse(Deno.readTextFileSync("deno.json"));
  const words = (tasks[task].command as string).split(" ");
  return words.slice(words.indexOf("deno") + 1);
}

/** Runs the task in a folder as in a fresh clone until it ends by itself. */
export async function runServe(
  folder: string,
  env: Record<string, string> = {},
  args: readonly string[] = [],
): Promise<Ended> {
  const { code, stdout, stderr } = await command(folder, env, args).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, said: text(stdout) + text(stderr) };
}

/** Starts the task and waits for its address. @throws Error when it ends instead */
export async function startServe(
  env: Record<string, string> = {},
  { folder: given, task, args = [] }: {
    folder?: string;
    task?: string;
    args?: readonly string[];
  } = {},
): Promise<Served> {
  const folder = given ?? await freshFolder();
  const child = command(folder, env, args, task).spawn();
  let said = "";
  const { promise: url, resolve, reject } = Promise.withResolvers<string>();
  const read = async (stream: ReadableStream<Uint8Array>) => {
    const decoder = new TextDecoder();
    for await (const bytes of stream) {
      const text = decoder.decode(bytes, { stream: true });
      said += text;
      const found = /Open (\S+) in a browser/.exec(said);
      if (found !== null) resolve(found[1]!);
    }
  };
  const streams = Promise.all([read(child.stdout), read(child.stderr)]);
  const ended = child.status.then(async ({ code }) => {
    await streams;
    reject(new Error(`serve ended with ${code}: ${said}`));
    return { code, said };
  });
  const end = (signal: Deno.Signal = "SIGTERM") => {
    try {
      child.kill(signal);
    } catch {
      // It ended already, which its status tells.
    }
    return ended;
  };
  return {
    url: await url,
    pid: child.pid,
    folder,
    password: /shown this once: (\S+)/.exec(said)?.[1] ?? null,
    said: () => said,
    end,
    async [Symbol.asyncDispose]() {
      await end();
      if (given === undefined) await Deno.remove(folder, { recursive: true });
    },
  };
}

/** Memory of a process in MB; null where the system does not tell. */
export function residentMb(pid: number): number | null {
  try {
    const status = Deno.readTextFileSync(`/proc/${pid}/status`);
    return Number(/VmRSS:\s+(\d+)/.exec(status)![1]) / 1024;
  } catch {
    return null;
  }
}

function command(
  folder: string,
  env: Record<string, string>,
  args: readonly string[],
  task?: string,
): Deno.Command {
  return new Deno.Command(Deno.execPath(), {
    args: [...serveArgs(task), ...args],
    cwd: folder,
    env: { NO_COLOR: "1", port: "0", ...env },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  });
}
