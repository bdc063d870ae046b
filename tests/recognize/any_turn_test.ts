import assert from "node:assert/strict";
import sharp from "sharp";
import { decodePhoto } from "../../lib/image/decode.ts";
import { euclideanDistance } from "../../lib/match/distance.ts";
import { createRecognizer } from "../../lib/recognize/recognizer.ts";
import { sharedPath } from "../shared_files.ts";

const portraits = sharedPath("portraits");
const people = ["andrew", "beatriz", "daisuke", "dalila", "edgar"]
  .concat("farah", "gideon", "hana", "ivan", "june");

Deno.test({
  name:
    "a photo turned by any multiple of 15 degrees lies within 0.2 of its upright self, or is refused, which is rare (needs ../shared)",
  ignore: portraits === null,
  async fn() {
    const recognizer = await createRecognizer();
    const vectorOf = async (bytes: Uint8Array) => {
      const [face] = await recognizer.findFaces(await decodePhoto(bytes));
      if (face === undefined) return null;
      return (await recognizer.embed([face.chip]))[0]!.vector;
    };
    let photos = 0, refused = 0;
    for (const [i, person] of people.entries()) {
      const path = `${portraits}/${person}/${person}_02.jpg`;
      const upright = await vectorOf(await Deno.readFile(path));
      // Each turn with half of the people.
      for (let deg = 15 * (i % 2); deg < 360; deg += 30) {
        const turned = await vectorOf(
          await sharp(path).rotate(deg, { background: "#808080" })
            .jpeg({ quality: 95 }).toBuffer(),
        );
        photos++;
        if (turned === null) refused++;
        else {
          const distance = euclideanDistance(upright!, turned);
          assert.ok(distance < 0.2, `${person} at ${deg}: ${distance}`);
        }
      }
    }
    assert.ok(refused <= photos * 0.05, `${refused} of ${photos} refused`);
    recognizer.dispose();
  },
});
