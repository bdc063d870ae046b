import assert from "node:assert/strict";
import { startChallenge } from "../../lib/liveness/challenge.ts";
import { drawDotPath } from "../../lib/liveness/dot_path.ts";
import { drawLightSequence } from "../../lib/liveness/light_sequence.ts";
import { Lab } from "../../lib/web/lab.ts";
import { withTempFolder } from "../store/temp_folder.ts";
import { Actor } from "./actor.ts";

const draw = (below: number) => Math.floor(Math.random() * below);

Deno.test("the lab forgets takes that were given up: of nine at once the one that was quiet longest", () =>
  withTempFolder(async (folder) => {
    const lab = new Lab({ folder, kind: "live", person: "andrew" });
    const challenge = startChallenge({
      policy: "light+motion",
      light: drawLightSequence(draw, "usual"),
      path: drawDotPath(draw, "usual"),
      timeLimitMs: 90_000,
      samePersonDistance: 0.5,
    }, 0);
    const ids = Array.from({ length: 9 }, (_, i) => `take ${i}`);
    const frame = { atMs: 0, workMs: 25, shownMs: null };
    for (const id of ids) lab.keep(id, new Actor("andrew").straight, frame);
    const written = () => [...Deno.readDirSync(folder)].length;
    await lab.end(ids[0]!, challenge);
    assert.equal(written(), 0);
    await lab.end(ids[1]!, challenge);
    assert.equal(written(), 1);
  }));
