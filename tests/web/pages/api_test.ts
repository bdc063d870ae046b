import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { pause } from "../../../lib/web/pages/api.js";

Deno.test("a pause leaves nothing behind, whether it ends or is aborted", async () => {
  const stop = new AbortController();
  await pause(1, stop.signal);
  assert.equal(getEventListeners(stop.signal, "abort").length, 0);
  // A timer that went on would be found at the end of this test.
  const long = pause(60_000, stop.signal);
  stop.abort(new Error("stopped"));
  await assert.rejects(long, /stopped/);
  await assert.rejects(pause(1, stop.signal), /stopped/);
});
