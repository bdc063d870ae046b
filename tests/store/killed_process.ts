import assert from "node:assert/strict";

/**
 * Processes that are started before they are needed: loading a program takes ten times as long as
 * what the tests kill it at.
 */
export class ProcessQueue implements AsyncDisposable {
  /** They have loaded their modules and wait for what to do. */
  private readonly waiting: Deno.ChildProcess[] = [];

  constructor(private readonly ahead: number) {
    for (let i = 0; i < ahead; i++) this.waiting.push(spawn());
  }

  /** Hands a task to the next process. */
  async start(
    task: string,
    address: string,
    argument = "",
  ): Promise<Deno.ChildProcess> {
    if (this.ahead > 0) this.waiting.push(spawn());
    const child = this.waiting.shift() ?? spawn();
    const writer = child.stdin.getWriter();
    const line = JSON.stringify([task, address, argument]);
    await writer.write(new TextEncoder().encode(`${line}\n`));
    await writer.close();
    return child;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const child of this.waiting) {
      await child.stdin.close();
      await child.output();
    }
  }
}

function spawn(): Deno.ChildProcess {
  const args = ["run", "-A", "--no-check", "tests/store/store_process.ts"];
  return new Deno.Command(Deno.execPath(), {
    args,
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
}

/** How a process ended that was to be killed. */
export interface Ending {
  /** How often it said "done". */
  readonly done: number;
  /** From "ready" to the last "done", in milliseconds. */
  readonly doneAfterMs: number;
}

/** Kills the process a while after it said it is ready. */
export async function killAfter(
  child: Deno.ChildProcess,
  ms: number,
): Promise<Ending> {
  let [done, readyMs, doneMs] = [0, 0, 0];
  let timer: ReturnType<typeof setTimeout> | undefined;
  const decoder = new TextDecoder();
  for await (const bytes of child.stdout) {
    const text = decoder.decode(bytes, { stream: true });
    const heard = text.split("done").length - 1;
    done += heard;
    if (heard > 0) doneMs = performance.now();
    if (timer !== undefined) continue;
    readyMs = performance.now();
    timer = setTimeout(() => {
      try {
        child.kill("SIGKILL");
      } catch {
        // It had ended by itself already.
      }
    }, ms);
  }
  clearTimeout(timer);
  const { success, signal } = await child.status;
  assert.ok(success || signal === "SIGKILL", "the process failed by itself");
  return { done, doneAfterMs: Math.max(0, doneMs - readyMs) };
}
