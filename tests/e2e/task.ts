/** What a task printed and how it ended. */
export interface Run {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/**
 * Runs a task of deno.json as a user would, with the task's own permissions, in `folder`: a copy
 * of what a task needs besides the repository itself (photos, settings, store).
 */
export async function runDenoTask(
  folder: string,
  task: string,
  args: readonly string[] = [],
  env: Record<string, string> = {},
): Promise<Run> {
  const command = new Deno.Command(Deno.execPath(), {
    args: ["task", "--quiet", "--config", `${folder}/deno.json`, task, ...args],
    cwd: folder,
    env: { NO_COLOR: "1", ...env },
    stdin: "null",
  });
  const { code, stdout, stderr } = await command.output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, out: text(stdout), err: text(stderr) };
}

/**
 * A folder in which tasks run as in a fresh clone: the repository's files by hard link where the
 * disk allows it, a store and chips of its own.
 */
export async function freshFolder(): Promise<string> {
  const folder = await Deno.makeTempDir();
  const names = [
    "deno.json",
    "deno.lock",
    "lib",
    "models",
    "node_modules",
    "registration_photos",
    "signin_photos",
    "tests/attacks",
  ];
  const linked = await copy(["-al", "--parents", ...names, folder]);
  if (!linked) await copy(["-a", "--parents", ...names, folder]);
  return folder;
}

async function copy(args: string[]): Promise<boolean> {
  const { success } = await new Deno.Command("cp", { args, stderr: "null" })
    .output();
  return success;
}
