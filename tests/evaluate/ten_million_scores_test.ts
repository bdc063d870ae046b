import assert from "node:assert/strict";
import { normalCdf } from "./helpers.ts";

Deno.test({
  name:
    "ten million scores take under 320 MB and give the closed form's EER (how long they take, the script prints)",
  ignore: Deno.build.os !== "linux",
  async fn() {
    // A process of its own, because the peak is of all that a process ever held. Deno guards /proc
    // with --allow-all.
    const { stdout } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "--allow-all", "tests/evaluate/ten_million_scores.ts"],
      stderr: "inherit",
    }).output();
    const found = JSON.parse(new TextDecoder().decode(stdout));
    assert.equal(found.pairs, 10_000_000);
    assert.ok(found.peakMemoryMb < 320, `${found.peakMemoryMb} MB`);
    // Five standard errors of a share measured on 2 million pairs.
    const eer = normalCdf(-2);
    const tolerance = 5 * Math.sqrt(eer * (1 - eer) / 2_000_000);
    assert.ok(Math.abs(found.eer - eer) < tolerance);
    assert.ok(found.interval.low < eer && eer < found.interval.high);
  },
});
