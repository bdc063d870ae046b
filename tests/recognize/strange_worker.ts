/** A worker that hangs over a job called "hang", dies over "crash", fails over "odd", and counts and times the others. */
import { PhotoError, TooManyAttemptsError } from "../../lib/errors.ts";
import type { PoolJob } from "../../lib/recognize/worker_pool.ts";
import { serveCalls } from "../../lib/worker_calls.ts";

let done = 0;

serveCalls({
  start: (start: string) => {
    if (start === "broken") throw new PhotoError("it cannot start");
    return Promise.resolve(start);
  },
  work: async ({ name, bytes }: PoolJob) => {
    if (name === "hang") { for (;;); }
    if (name === "crash") return await crash();
    if (name === "odd") throw new RangeError("odd");
    if (name === "wait") throw new TooManyAttemptsError("wait", 5000);
    if (name === "no picture") throw new PhotoError("no picture");
    // The first byte says how many times 10 ms it takes, so that a later job could overtake.
    await new Promise((resolve) => setTimeout(resolve, 10 * bytes[0]!));
    return ++done;
  },
});

/** An error outside of any promise, which ends the worker. */
function crash(): Promise<never> {
  setTimeout(() => {
    throw new Error("a worker that crashes");
  });
  return new Promise(() => {});
}
