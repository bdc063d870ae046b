import assert from "node:assert/strict";
import { inOrder } from "../../lib/recognize/in_order.ts";

const items = Array.from({ length: 30 }, (_, i) => i);

/** Lets others go first, a different number of times for each item. */
async function later(item: number): Promise<void> {
  for (let i = 0; i < item * 7 % 11; i++) await Promise.resolve();
}

Deno.test({
  name: "inOrder() keeps the order, and never more at once than told",
  async fn() {
    let running = 0, most = 0;
    const results: number[] = [];
    for await (
      const result of inOrder(items, 4, async (item) => {
        most = Math.max(most, ++running);
        await later(item);
        running--;
        return item * 2;
      })
    ) results.push(result);
    assert.deepEqual(results, items.map((item) => item * 2));
    assert.equal(most, 4);
  },
});

Deno.test({
  name:
    "inOrder() throws a failure in its place, begins nothing more, and waits for what it began",
  async fn() {
    const begun: number[] = [], ended: number[] = [], seen: number[] = [];
    await assert.rejects(async () => {
      const results = inOrder(items, 3, async (item) => {
        begun.push(item);
        await later(item);
        ended.push(item);
        if (item === 5) throw new RangeError("five");
        return item;
      });
      for await (const result of results) seen.push(result);
    }, RangeError);
    assert.deepEqual(seen, [0, 1, 2, 3, 4]);
    assert.ok(begun.length <= 8, `${begun.length} begun`);
    assert.deepEqual(ended.toSorted((a, b) => a - b), begun);
  },
});
