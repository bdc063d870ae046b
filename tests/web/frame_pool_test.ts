import assert from "node:assert/strict";
import { readSettings } from "../../lib/config.ts";
import { PhotoError, ServerBusyError } from "../../lib/errors.ts";
import {
  createFramePool,
  type FramePool,
  type FramePoolOptions,
} from "../../lib/web/frame_pool.ts";

const config = readSettings({ env: () => undefined });
const script = new URL("strange_worker.ts", import.meta.url);

async function withPool(
  options: Partial<FramePoolOptions>,
  work: (pool: FramePool) => Promise<void>,
): Promise<void> {
  const pool = createFramePool({ config, script, workers: 1, ...options });
  try {
    await pool.ready();
    await work(pool);
  } finally {
    pool.close();
  }
}

function describe(
  pool: FramePool,
  name: string,
  stream: string | null,
  takesMs = 0,
) {
  const bytes = new Uint8Array([takesMs]);
  return pool.describe({ bytes, name, stream, longestPx: 960 });
}

Deno.test("frames of a stream go to one worker and come back in order, however long each takes", () =>
  withPool({ workers: 3 }, async (pool) => {
    const order: string[] = [];
    const send = async (stream: string, number: number, takesMs: number) => {
      const { width } = await describe(pool, "frame", stream, takesMs);
      order.push(`${stream}${number}`);
      return width;
    };
    const waits = [40, 20, 10, 0];
    const counts = await Promise.all(
      ["a", "b", "c"].map((stream) =>
        Promise.all(waits.map((ms, i) => send(stream, i, ms)))
      ),
    );
    // Each worker counts what it describes: a stream's frames were the only ones of its worker.
    assert.deepEqual(counts, Array(3).fill([1, 2, 3, 4]));
    for (const stream of ["a", "b", "c"]) {
      const own = order.filter((each) => each.startsWith(stream));
      assert.deepEqual(own, [0, 1, 2, 3].map((i) => `${stream}${i}`));
    }
  }));

Deno.test("a full pool refuses at once, says so in `busy`, and takes pictures again when there is room", () =>
  withPool({ mostWaiting: 2 }, async (pool) => {
    const results = await Promise.allSettled(
      Array.from({ length: 6 }, () => describe(pool, "frame", null, 20)),
    );
    assert.deepEqual(
      results.map(({ status }) => status),
      [...Array(3).fill("fulfilled"), ...Array(3).fill("rejected")],
    );
    for (const result of results.slice(3)) {
      assert.ok(
        (result as PromiseRejectedResult).reason instanceof ServerBusyError,
      );
    }
    assert.equal(pool.busy, 0);
    await describe(pool, "frame", null);
  }));

Deno.test("a picture that makes its worker hang or crash fails alone; the worker is replaced and the next is described", () =>
  withPool({ timeLimitMs: 1500 }, async (pool) => {
    const [hangs, after, crashes, last] = await Promise.allSettled([
      describe(pool, "hang", "a"),
      describe(pool, "frame", "a"),
      describe(pool, "crash", "b"),
      describe(pool, "frame", "b"),
    ]);
    const reason = (result: PromiseSettledResult<unknown>) =>
      (result as PromiseRejectedResult).reason;
    assert.ok(reason(hangs) instanceof PhotoError);
    assert.match(reason(hangs).message, /hang took longer than 1.5 s/);
    assert.ok(reason(crashes) instanceof PhotoError);
    assert.match(reason(crashes).message, /crash made its worker crash/);
    assert.deepEqual([after.status, last.status], ["fulfilled", "fulfilled"]);
  }));

Deno.test("a closed pool refuses what comes later", async () => {
  const pool = createFramePool({ config, script, workers: 1 });
  await pool.ready();
  pool.close();
  await assert.rejects(() => describe(pool, "frame", null), ServerBusyError);
});
