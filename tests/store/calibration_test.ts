import assert from "node:assert/strict";
import { StoreDamagedError } from "../../lib/errors.ts";
import {
  type Calibration,
  readCalibration,
  writeCalibration,
} from "../../lib/store/calibration.ts";

const calibration: Calibration = {
  modelId: "net-1",
  detector: "ssd",
  threshold: 0.4,
  targetFmr: 0.001,
  fmr: 0.001,
  fmrInterval: { low: 0, high: 0.002 },
  fnmr: 0,
  fnmrInterval: null,
  photos: 80,
  people: 10,
  genuinePairs: 280,
  impostorPairs: 2880,
  createdAt: "2026-11-22T18:00:00.000Z",
};

async function withPath(run: (path: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await run(`${folder}/embeddings.json.calibration`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("readCalibration() reads what writeCalibration() wrote, for its owner only", () =>
  withPath(async (path) => {
    assert.equal(await readCalibration(path), null);
    await writeCalibration(path, calibration);
    assert.deepEqual(await readCalibration(path), calibration);
    assert.equal((await Deno.stat(path)).mode! & 0o777, 0o600);
  }));

Deno.test("readCalibration() refuses a file that is no calibration instead of passing it over", () =>
  withPath(async (path) => {
    const whole = JSON.stringify(calibration);
    const damaged = [
      "",
      "null",
      "[]",
      whole.slice(0, -9),
      JSON.stringify({ ...calibration, threshold: "0.4" }),
      JSON.stringify({ ...calibration, threshold: 7 }),
      JSON.stringify({ ...calibration, createdAt: "yesterday" }),
      JSON.stringify({ ...calibration, modelId: undefined }),
    ];
    for (const text of damaged) {
      await Deno.writeTextFile(path, text);
      await assert.rejects(readCalibration(path), StoreDamagedError, text);
    }
  }));
