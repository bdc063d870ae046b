import assert from "node:assert/strict";
import { findJsonDamage } from "../../lib/store/json/json_damage.ts";
import { seededRandom } from "./sample_templates.ts";

Deno.test({
  name: "findJsonDamage() names the first character that cannot be JSON",
  fn() {
    assert.deepEqual(findJsonDamage(""), { line: 1, column: 1 });
    assert.deepEqual(findJsonDamage('{"a": [1, 2'), { line: 1, column: 12 });
    assert.deepEqual(findJsonDamage('{"a": 1,\n "b": x}'), {
      line: 2,
      column: 7,
    });
    assert.deepEqual(findJsonDamage('{"a": 1}}'), { line: 1, column: 9 });
    assert.deepEqual(findJsonDamage("[1,]"), { line: 1, column: 4 });
  },
});

Deno.test({
  name:
    "findJsonDamage() agrees with JSON.parse on a text with any character changed or cut",
  fn() {
    const random = seededRandom(3);
    const whole = JSON.stringify(
      {
        a: [1, -2.5e-7, true, null],
        'b\n"': { c: "\\u0041 ü 😀", d: [], e: {} },
        f: 0,
      },
      null,
      1,
    );
    assert.equal(findJsonDamage(whole), null);
    const characters = '{}[],:"\\ 019.-+eEtfn\n\u0001x';
    for (let i = 0; i < 3000; i++) {
      const at = Math.floor(random() * whole.length);
      const inserted = characters[Math.floor(random() * characters.length)]!;
      const text = whole.slice(0, at) + (random() < 0.8 ? inserted : "") +
        whole.slice(at + Math.floor(random() * 3));
      assert.equal(findJsonDamage(text) === null, isJson(text), text);
    }
  },
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
