import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";

const project = fileURLToPath(new URL("../../", import.meta.url));

function bench(...args: string[]): Promise<Deno.CommandOutput> {
  return new Deno.Command(Deno.execPath(), {
    args: ["task", "--quiet", "bench", ...args],
    cwd: project,
  }).output();
}

Deno.test({
  name:
    "bench --json finds every face it set side by side and tells each stage, cold start, memory and machine",
  async fn() {
    const { code, stdout } = await bench(
      "--json",
      "--runs",
      "1",
      "--photos",
      "4",
    );
    assert.equal(code, 0);
    const report = JSON.parse(new TextDecoder().decode(stdout));
    assert.deepEqual(
      report.photos.map((
        { width, height }: { width: number; height: number },
      ) => [width, height]),
      [[1920, 1350], [5472, 3648]],
    );
    for (const { faces, ms } of report.photos) {
      assert.equal(faces, 3);
      const stages = ms.decode + ms.detect + ms.landmarks + ms.align + ms.embed;
      assert.ok(stages > 0 && stages <= ms.whole, "stages are parts of whole");
    }
    assert.deepEqual(
      report.networks.map(({ network }: { network: string }) => network),
      [
        "SSD",
        "MTCNN",
        "MTCNN",
        "face-api 128-d",
        "face-api 128-d",
        "InceptionResnetV1 512-d",
        "InceptionResnetV1 512-d",
      ],
    );
    for (const { network, ms } of report.networks) {
      assert.ok(ms > 0, network);
    }
    assert.ok(report.pool[0].workers === 1 && report.pool[0].ms > 0);
    assert.ok(report.video.perSecond > 0);
    const { coldStart, memory } = report;
    assert.ok(coldStart.ms > 0 && coldStart.ratio > 0);
    for (const phase of ["Deno starts", "weights", "detect", "store"]) {
      assert.ok(coldStart.phases[phase] > 0, phase);
    }
    assert.ok(memory.peakMb === null || memory.peakMb > 50);
    assert.ok(report.machine.cores >= 1);
  },
});

Deno.test({
  name: "bench refuses a count of runs that is none",
  async fn() {
    const { code, stderr } = await bench("--runs", "many");
    assert.equal(code, 64);
    assert.match(new TextDecoder().decode(stderr), /--runs many/);
  },
});
