import { fileURLToPath } from "node:url";
import { type Run } from "../e2e/task.ts";

const project = fileURLToPath(new URL("../../", import.meta.url));

/** Runs a task of deno.json in the project's own folder. */
export async function runTaskHere(...args: readonly string[]): Promise<Run> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["task", "--quiet", ...args],
    cwd: project,
    env: { NO_COLOR: "1" },
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, out: text(stdout), err: text(stderr) };
}
