import assert from "node:assert/strict";
import { percentile } from "./percentile.ts";
import { runTaskHere } from "../cli/run_task_here.ts";

Deno.test({
  name:
    "bench web --json tells frames a second and percentiles for each number of clients",
  async fn() {
    const { code, out } = await runTaskHere(
      "bench",
      "web",
      "--json",
      "--seconds",
      "1",
      "--clients",
      "1,2",
    );
    assert.equal(code, 0);
    const { loads, machine, secondsEach } = JSON.parse(out);
    assert.equal(secondsEach, 1);
    assert.ok(machine.cores >= 1);
    assert.deepEqual(loads.map(({ clients }: { clients: number }) => clients), [
      1,
      2,
    ]);
    for (const load of loads) {
      assert.ok(load.pageP50Ms > 0 && load.pageP50Ms <= load.pageP95Ms);
      assert.ok(load.busyShare >= 0 && load.busyShare <= 1);
      // A machine with much else to do may answer no frame in a second.
      if (load.framesPerSecond > 0) {
        assert.ok(load.frameP50Ms > 0 && load.frameP50Ms <= load.frameP95Ms);
      }
    }
  },
});

Deno.test("bench web refuses a number of clients that is none", async () => {
  const { code, err } = await runTaskHere(
    "bench",
    "web",
    "--clients",
    "1,many",
  );
  assert.equal(code, 64);
  assert.match(err, /--clients many/);
});

Deno.test("percentile() is the smallest value that enough of them do not exceed", () => {
  const values = Array.from({ length: 100 }, (_, i) => 100 - i);
  assert.deepEqual(
    [0, 0.5, 0.95, 1].map((share) => percentile(values, share)),
    [1, 50, 95, 100],
  );
  assert.equal(percentile([7], 0.95), 7);
  assert.ok(Number.isNaN(percentile([], 0.5)));
});
