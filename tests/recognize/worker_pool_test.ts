import assert from "node:assert/strict";
import {
  PhotoError,
  ServerBusyError,
  TooManyAttemptsError,
} from "../../lib/errors.ts";
import { inOrder } from "../../lib/recognize/in_order.ts";
import { readFaces } from "../../lib/recognize/photo_faces.ts";
import {
  createPhotoPool,
  openPhotoReader,
} from "../../lib/recognize/photo_pool.ts";
import { createRecognizer } from "../../lib/recognize/recognizer.ts";
import {
  createWorkerPool,
  type PoolJob,
  type PoolOptions,
  workerCount,
  type WorkerPool,
} from "../../lib/recognize/worker_pool.ts";

const script = new URL("strange_worker.ts", import.meta.url);
type Pool = WorkerPool<PoolJob, number, string>;

async function withPool(
  options: Partial<PoolOptions<string>>,
  use: (pool: Pool) => Promise<void>,
): Promise<void> {
  const pool: Pool = createWorkerPool({
    script,
    start: "started",
    workers: 1,
    ...options,
  });
  try {
    await use(pool);
  } finally {
    pool.close();
  }
}

function run(
  pool: Pool,
  name: string,
  session: string | null = null,
  takesMs = 0,
) {
  const order = session === null ? {} : { session };
  return pool.run({ bytes: lasting(takesMs), name }, order);
}

/** What makes a job take so long, a multiple of 10 ms. */
function lasting(ms: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.of(ms / 10);
}

function reasonOf(result: PromiseSettledResult<unknown>): Error {
  assert.equal(result.status, "rejected");
  return (result as PromiseRejectedResult).reason;
}

Deno.test("a photo pool reads what one recognizer reads, in order, and lets a bad photo fail alone", async () => {
  const paths = [
    "registration_photos/andrew_01.jpg",
    "deno.json",
    "registration_photos/beatriz/beatriz_01.jpg",
    "tests/photos/back.jpg",
    "tests/photos/two_people.jpg",
  ];
  const recognizer = await createRecognizer();
  const pool = createPhotoPool(recognizer.config, 2);
  const read = async (path: string) => {
    try {
      return await pool.read(await Deno.readFile(path), path, "all");
    } catch (error) {
      return error;
    }
  };
  const found = await Array.fromAsync(inOrder(paths, pool.atOnce, read));
  pool.close();
  assert.ok(found[1] instanceof PhotoError);
  for (const [i, path] of paths.entries()) {
    if (path === "deno.json") continue;
    const bytes = await Deno.readFile(path);
    const alone = await readFaces(recognizer, bytes, path, "all");
    assert.deepEqual(found[i], alone, path);
    assert.equal(alone.noFace?.kind, alone.faces[0] ? undefined : "no-face");
  }
  recognizer.dispose();
});

Deno.test("few photos are read by the recognizer itself, without workers", async () => {
  const recognizer = await createRecognizer();
  assert.equal(openPhotoReader(recognizer, 7, 2).atOnce, 1);
  const pool = openPhotoReader(recognizer, 8, 2);
  assert.equal(pool.atOnce, 4);
  pool.close();
  recognizer.dispose();
});

Deno.test("jobs of a session go to one worker and come back in order, however long each takes", () =>
  withPool({ workers: 3 }, async (pool) => {
    const order: string[] = [];
    const send = async (session: string, number: number, takesMs: number) => {
      const count = await run(pool, "frame", session, takesMs);
      order.push(`${session}${number}`);
      return count;
    };
    const waits = [40, 20, 10, 0];
    const counts = await Promise.all(
      ["a", "b", "c"].map((session) =>
        Promise.all(waits.map((ms, i) => send(session, i, ms)))
      ),
    );
    // Each worker counts what it does: a session's jobs were the only ones of its worker.
    assert.deepEqual(counts, Array(3).fill([1, 2, 3, 4]));
    for (const session of ["a", "b", "c"]) {
      const own = order.filter((each) => each.startsWith(session));
      assert.deepEqual(own, [0, 1, 2, 3].map((i) => `${session}${i}`));
    }
  }));

Deno.test("jobs of no session are taken by whichever worker is free, beside a session's", () =>
  withPool({ workers: 2 }, async (pool) => {
    const order: string[] = [];
    const send = async (name: string, session: string | null, ms: number) => {
      await run(pool, name, session, ms);
      order.push(name);
    };
    await pool.ready();
    await Promise.all([
      send("long", "a", 1000),
      send("short", null, 0),
      send("of the session", "a", 0),
      send("of none", null, 0),
    ]);
    assert.deepEqual(order, ["short", "of none", "long", "of the session"]);
  }));

Deno.test("clients take turns, however many jobs each has, and what is urgent comes first", () =>
  withPool({}, async (pool) => {
    const order: string[] = [];
    const send = async (name: string, urgent: boolean) => {
      const bytes = lasting(10);
      await pool.run({ bytes, name }, { client: name[0]!, urgent });
      order.push(name);
    };
    await pool.ready();
    const many = Array.from({ length: 5 }, (_, i) => send(`a${i}`, false));
    const few = [send("b0", false), send("b1", false), send("c0", true)];
    await Promise.all([...many, ...few]);
    assert.deepEqual(order, ["a0", "c0", "b0", "a1", "b1", "a2", "a3", "a4"]);
  }));

Deno.test("a worker kept for urgent jobs works on nothing else, and a session moves there when its own is kept busy", () =>
  withPool({ workers: 2, keptForUrgent: 1 }, async (pool) => {
    const order: string[] = [];
    const send = async (name: string, ms: number, session?: string) => {
      const job = { bytes: lasting(ms), name };
      await pool.run(job, { session, urgent: session !== undefined });
      order.push(name);
    };
    await pool.ready();
    // The sessions are spread over both workers.
    await Promise.all([send("first a", 20, "a"), send("first b", 20, "b")]);
    order.length = 0;
    await Promise.all([
      send("upload 1", 500),
      send("upload 2", 500),
      send("a", 0, "a"),
      send("b", 0, "b"),
    ]);
    assert.deepEqual(order, ["a", "b", "upload 1", "upload 2"]);
  }));

Deno.test("a client that fills its share of the line leaves room for others", () =>
  withPool({ mostWaiting: 2 }, async (pool) => {
    await pool.ready();
    const send = (client: string) =>
      pool.run({ bytes: lasting(20), name: client }, { client });
    const sent = ["a", "a", "a", "a", "b", "b"].map(send);
    const results = await Promise.allSettled(sent);
    assert.deepEqual(
      results.map(({ status }) => status === "fulfilled"),
      [true, true, true, false, true, true],
    );
  }));

Deno.test("a full pool refuses at once, says so in `busy`, and takes jobs again when there is room", () =>
  withPool({ mostWaiting: 2 }, async (pool) => {
    assert.equal(await pool.ready(), "started");
    const sent = Array.from(
      { length: 6 },
      (_, i) => run(pool, "frame", i % 2 === 0 ? null : "a", 20),
    );
    const results = await Promise.allSettled(sent);
    assert.deepEqual(
      results.map(({ status }) => status),
      [...Array(3).fill("fulfilled"), ...Array(3).fill("rejected")],
    );
    for (const result of results.slice(3)) {
      assert.ok(reasonOf(result) instanceof ServerBusyError);
    }
    assert.equal(pool.busy, 0);
    await run(pool, "frame");
  }));

Deno.test("a job that makes its worker hang or crash fails alone; the worker is replaced and the next is done", () =>
  withPool({ deadlineMs: 1500 }, async (pool) => {
    const results = await Promise.allSettled([
      run(pool, "hang", "a"),
      run(pool, "frame", "a"),
      run(pool, "crash", "b"),
      run(pool, "frame", "b"),
      run(pool, "no picture"),
      run(pool, "odd"),
      run(pool, "frame"),
    ]);
    assert.deepEqual(
      results.map(({ status }) => status === "fulfilled"),
      [false, true, false, true, false, false, true],
    );
    const [hangs, , crashes, , noPicture, odd] = results;
    assert.ok(reasonOf(hangs) instanceof PhotoError);
    assert.match(reasonOf(hangs).message, /hang took longer than 1.5 s/);
    assert.ok(reasonOf(crashes) instanceof PhotoError);
    assert.match(reasonOf(crashes).message, /crash made its worker crash/);
    assert.ok(reasonOf(noPicture) instanceof PhotoError);
    assert.equal(reasonOf(noPicture).message, "no picture");
    assert.match(reasonOf(odd).message, /RangeError: odd/);
  }));

Deno.test("an error of a worker keeps its class and what it carries", () =>
  withPool({}, async (pool) => {
    await assert.rejects(
      () => run(pool, "wait"),
      (error) => error instanceof TooManyAttemptsError && error.waitMs === 5000,
    );
  }));

Deno.test("a worker that cannot start says why to whoever waits for it", () =>
  withPool({ start: "broken", workers: 2 }, async (pool) => {
    await assert.rejects(() => pool.ready(), /it cannot start/);
    await assert.rejects(() => run(pool, "frame"), /it cannot start/);
  }));

Deno.test("a closed pool fails what waits in it and what comes later instead of hanging", () =>
  withPool({}, async (pool) => {
    const waiting = ["a", "b", "c"].map((name) => run(pool, name));
    pool.close();
    for (const result of await Promise.allSettled(waiting)) {
      assert.ok(reasonOf(result) instanceof ServerBusyError);
    }
    await assert.rejects(() => run(pool, "frame"), ServerBusyError);
  }));

Deno.test("handing a part of a buffer to the pool leaves the rest in place", () =>
  withPool({}, async (pool) => {
    const whole = new Uint8Array(16);
    await pool.run({ bytes: whole.subarray(4, 8), name: "fine" });
    assert.equal(whole.byteLength, 16);
  }));

Deno.test("workerCount() follows cores and memory, and is never less than one", () => {
  assert.equal(workerCount(4, 100e9), 4);
  assert.equal(workerCount(8, 1e9), 3);
  assert.equal(workerCount(2, 1e6), 1);
  assert.equal(workerCount(128, 1e12), 16);
});
