import assert from "node:assert/strict";
import { readSettings, userName } from "../lib/config.ts";
import { settingNames } from "./setting_names.ts";
import { SettingError } from "../lib/errors.ts";

Deno.test("readSettings() answers the defaults when nothing is set", () => {
  const settings = readSettings({});
  assert.equal(settings.registerPath, "./registration_photos");
  assert.equal(settings.user, "andrew");
  assert.equal(settings.threshold, null);
  assert.equal(settings.mirror, true);
});

Deno.test("readSettings() lets the environment win over .env, and .env over the defaults", () => {
  const file = "user=beatriz\nthreshold=0.4\n";
  const env = (name: string) => name === "user" ? "edgar" : undefined;
  const settings = readSettings({ env, file });
  assert.equal(settings.user, "edgar");
  assert.equal(settings.threshold, 0.4);
});

Deno.test("readSettings() takes an empty detector for the default", () => {
  const detector = (file: string) => readSettings({ file }).detector;
  assert.equal(detector(""), "mtcnn");
  assert.equal(detector("detector="), "mtcnn");
  assert.equal(detector("recognizer=facenet\ndetector=ssd"), "ssd");
});

for (
  const [line, named] of [
    ["threshold=abc", /threshold=abc .*between 0 and 2/],
    ["threshold=-1", /threshold=-1/],
    ["detector=yolo", /detector=yolo .*mtcnn.*ssd.*tiny/],
    ["recognizer=dlib", /recognizer=dlib .*faceapi or facenet/],
    ["min_face=1", /min_face=1 .*between 0 and 0\.9/],
    ["crop_margin=-1", /crop_margin=-1 .*between 0 and 80/],
    ["mirror=yes", /mirror=yes .*on or off/],
    ["user=../../etc", /user=\.\.\/\.\.\/etc/],
    ["registerpath=x", /unknown setting registerpath=x.*register_path/],
  ] as const
) {
  Deno.test(`readSettings() names setting, value and what is allowed for ${line}`, () => {
    assert.throws(
      () => readSettings({ file: line }),
      (error) => error instanceof SettingError && named.test(error.message),
    );
  });
}

Deno.test(".env.example names every setting and nothing else, with the defaults", () => {
  const text = Deno.readTextFileSync(".env.example");
  assert.deepEqual(readSettings({ file: text }), readSettings({}));
  const asked = new Set<string>();
  readSettings({
    env: (name) => {
      asked.add(name);
      return undefined;
    },
  });
  for (const name of asked) {
    if (settingNames.includes(name)) continue;
    assert.throws(
      () => readSettings({ env: (each) => each === name ? "x" : undefined }),
      /is no setting any more/,
    );
  }
  assert.deepEqual(settingNames.filter((name) => !asked.has(name)), []);
});

Deno.test("userName() trims, composes and refuses what a path could abuse", () => {
  assert.equal(userName("  Zoe\u0308 "), "Zoë");
  assert.equal(userName("李 小龙"), "李 小龙");
  for (
    const bad of ["", "..", "a/b", "a\\b", "a..b", ".hidden", "x".repeat(65)]
  ) {
    assert.equal(userName(bad), undefined, bad);
  }
});
