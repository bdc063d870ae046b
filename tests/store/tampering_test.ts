import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import {
  AuditBrokenError,
  StoreDamagedError,
  StoreKeyError,
  TooManyAttemptsError,
} from "../../lib/errors.ts";
import type { Match } from "../../lib/match/gallery.ts";
import { extendChain } from "../../lib/store/audit/audit_chain.ts";

import type { EmbeddingStore } from "../../lib/store/embedding_store.ts";
import { keyOf, openAt } from "./open_at.ts";
import { sampleTemplate } from "./sample_templates.ts";
import { withTempFolder } from "./temp_folder.ts";
import { sampleCalibration } from "./sample_calibration.ts";

const [andrew, hana, zoe] = [
  sampleTemplate("andrew", 1),
  sampleTemplate("hana", 2),
  sampleTemplate("zoe", 3),
];

/** A sealed store's file, of which a copy was taken before hana was removed. */
interface Place {
  readonly path: string;
  /** Runs statements as somebody who may write the file and has no key; the copy is called `copy`. */
  tamper(sql: string): void;
  open(): Promise<EmbeddingStore>;
}

function withPlace(work: (place: Place) => Promise<void>): Promise<void> {
  return withTempFolder(async (folder) => {
    const [path, copy] = [`${folder}/faces.db`, `${folder}/copy.db`];
    const open = () => openAt(path, { key: 1 });
    const store = await open();
    await store.put([andrew, hana]);
    await store.put([zoe]);
    await store.keepCalibration(sampleCalibration);
    const db = new DatabaseSync(path);
    db.exec(`VACUUM INTO '${copy}'`);
    db.close();
    await store.remove("hana");
    await store.close();
    await work({
      path,
      open,
      tamper(sql) {
        const db = new DatabaseSync(path);
        db.exec(`PRAGMA foreign_keys = OFF; ATTACH '${copy}' AS copy; ${sql}`);
        db.close();
      },
    });
  });
}

const playedBack =
  `INSERT INTO users SELECT * FROM copy.users WHERE name = 'hana';
  INSERT INTO templates SELECT t.* FROM copy.templates t
  JOIN copy.users u ON u.id = t.user_id WHERE u.name = 'hana';
  DELETE FROM removals;`;

const tamperings: Readonly<Record<string, string>> = {
  "a removed user's old rows played back": playedBack,
  "and another's taken out, so that the count is right": `${playedBack}
    DELETE FROM templates WHERE user_id = (SELECT id FROM users WHERE name = 'zoe')`,
  "and the old state put back with them": `${playedBack}
    DELETE FROM state; INSERT INTO state SELECT * FROM copy.state`,
  "a user's rows taken out":
    `DELETE FROM templates WHERE user_id = (SELECT id FROM users WHERE name = 'zoe');
    DELETE FROM users WHERE name = 'zoe'`,
  "a name's skeleton edited, so that one like it could be registered":
    "UPDATE users SET skeleton = '00000000000000000000000000000000' WHERE name = 'zoe'",
  "and written in another way":
    "UPDATE users SET skeleton = upper(skeleton) WHERE name = 'zoe'",
  "a change's number edited, so that a server that runs does not load it":
    "UPDATE templates SET change = 1 WHERE user_id = (SELECT id FROM users WHERE name = 'zoe')",
  "a row's number edited":
    "UPDATE templates SET id = 99 WHERE user_id = (SELECT id FROM users WHERE name = 'zoe')",
  "a date edited":
    "UPDATE templates SET created_at = '2020-01-01T00:00:00.000Z'",
  "what the rows add up to taken away": "UPDATE state SET digest = NULL",
  "the log's old end put back":
    "DELETE FROM audit_head; INSERT INTO audit_head SELECT * FROM copy.audit_head",
};

for (const [what, sql] of Object.entries(tamperings)) {
  Deno.test(`a sealed store notices what is done to it without its key: ${what}`, () =>
    withPlace(async ({ tamper, open }) => {
      tamper(sql);
      const store = await open();
      const refused = (work: () => Promise<unknown>) =>
        assert.rejects(work, StoreDamagedError);
      await refused(() => store.nearestUsers([hana.vector]));
      await refused(() => store.templates());
      if (sql.includes("hana")) await refused(() => store.templates("hana"));
      await refused(() => store.reseal(null));
      await store.close();
    }));
}

Deno.test("a skeleton that is taken away comes back when the store is opened", () =>
  withPlace(async ({ tamper, open }) => {
    tamper("UPDATE users SET skeleton = ''");
    const store = await open();
    assert.deepEqual(await store.lookAlikes("ZOE"), ["zoe"]);
    assert.equal((await store.templates()).length, 2);
    await store.close();
  }));

Deno.test("a chip taken out of a sealed store is noticed when it is asked for, and who covers it up when rows are", () =>
  withPlace(async ({ tamper, open }) => {
    const store = await open();
    const chip = Uint8Array.of(137, 80, 78, 71);
    const ivan = sampleTemplate("ivan", 5);
    await store.put([{ ...ivan, chip }, sampleTemplate("ivan", 6)]);
    assert.deepEqual(await store.chip("ivan", ivan.photo), chip);
    tamper("DELETE FROM chips");
    const asked = () => store.chip("ivan", ivan.photo);
    await assert.rejects(asked, StoreDamagedError);
    assert.equal((await store.templates("ivan")).length, 2);
    tamper("UPDATE templates SET chip_tag = NULL");
    await assert.rejects(() => store.templates("ivan"), StoreDamagedError);
    assert.equal(await store.reseal(keyOf(2), { accept: true }), 4);
    assert.equal(await asked(), null);
    assert.equal((await store.templates("ivan")).length, 2);
    await store.close();
  }));

Deno.test("a server that has a sealed store open lets nobody in whose old rows are played back", () =>
  withPlace(async ({ tamper, open }) => {
    const store = await open();
    await store.nearestUsers([hana.vector]);
    tamper(playedBack);
    await assert.rejects(() => store.templates("hana"), StoreDamagedError);
    tamper(
      "UPDATE templates SET change = 99 WHERE user_id = (SELECT id FROM users WHERE name = 'hana'); UPDATE state SET revision = 99",
    );
    await assert.rejects(
      () => store.nearestUsers([hana.vector]),
      StoreDamagedError,
    );
    await store.close();
  }));

Deno.test("a server that has a store open goes on finding whoever is said to be removed and is not", () =>
  withPlace(async ({ tamper, open }) => {
    const store = await open();
    await store.nearestUsers([zoe.vector]);
    tamper(
      "INSERT INTO removals SELECT t.id, 9000 FROM templates t JOIN users u ON u.id = t.user_id WHERE u.name = 'zoe'",
    );
    await store.put([sampleTemplate("ivan", 5)]);
    const [[nearest]] = await store.nearestUsers([zoe.vector]) as [
      [Match],
    ];
    assert.equal(nearest.template.user, "zoe");
    await store.close();
  }));

Deno.test("a database without the row that says what it holds is damaged, and is told so", () =>
  withPlace(async ({ tamper, open }) => {
    tamper("DELETE FROM state");
    await assert.rejects(open, StoreDamagedError);
  }));

Deno.test("a writer whose key is yesterday's is refused, also where the store is empty", () =>
  withTempFolder(async (folder) => {
    const path = `${folder}/faces.db`;
    const [store, other] = [
      await openAt(path, { key: 1 }),
      await openAt(path, { key: 1 }),
    ];
    await other.reseal(null);
    await assert.rejects(() => store.put([zoe]), StoreKeyError);
    await store.close();
    await other.close();
    const now = await openAt(path, { key: null });
    assert.deepEqual(await now.users(), []);
    await now.close();
  }));

Deno.test("what others do to a sealed store is no tampering", () =>
  withPlace(async ({ open }) => {
    const [one, two] = [await open(), await open()];
    const writing = (async () => {
      for (let i = 10; i < 60; i++) {
        await two.put([sampleTemplate(`user_${i % 7}`, i)]);
        if (i % 5 === 0) await two.remove(`user_${i % 7}`);
      }
    })();
    for (let i = 0; i < 40; i++) {
      await one.nearestUsers([zoe.vector]);
      assert.equal((await one.templates("zoe")).length, 1);
    }
    await writing;
    assert.ok((await (await open()).templates()).length > 2);
    await one.close();
    await two.close();
  }));

Deno.test("a sealed store takes no calibration that was edited or is an old one", () =>
  withPlace(async ({ tamper, open }) => {
    const store = await open();
    assert.deepEqual(await store.calibration(), sampleCalibration);
    await store.keepCalibration({ ...sampleCalibration, threshold: 0.3 });
    tamper("UPDATE state SET calibration = replace(calibration, '0.3', '2')");
    await assert.rejects(() => store.calibration(), StoreDamagedError);
    tamper(
      "UPDATE state SET calibration = (SELECT calibration FROM copy.state)",
    );
    await assert.rejects(() => store.calibration(), StoreDamagedError);
    await store.close();
  }));

Deno.test("a forged count of failures locks nobody out for longer than the longest wait", () =>
  withPlace(async ({ tamper, open }) => {
    const store = await open();
    await store.attempts.begin("andrew");
    tamper("UPDATE attempts SET count = 1000000, last_ms = 9e15");
    await assert.rejects(
      () => store.attempts.begin("andrew"),
      (error) =>
        error instanceof TooManyAttemptsError && error.waitMs <= 60 * 60_000,
    );
    await store.close();
  }));

Deno.test("a log that was written anew as a whole is found out, and nothing is appended to it", () =>
  withPlace(async ({ tamper, open }) => {
    const store = await open();
    const before = await store.audit!.verify();
    assert.equal(before.brokenAt, null);
    const { lines, head } = extendChain(
      { entries: 0, sha256: "0".repeat(64) },
      [{ event: "remove", user: 1, templates: 1 }],
    );
    tamper(
      `DELETE FROM audit; INSERT INTO audit VALUES (1, '${lines[0]}');
      UPDATE audit_head SET entries = 1, sha256 = '${head.sha256}'`,
    );
    const { brokenAt, reason } = await store.audit!.verify();
    assert.equal(brokenAt, 1);
    assert.match(reason, /not written with the store's key/);
    const { expectedAt } = await store.audit!.verify(before.sha256);
    assert.equal(expectedAt, null);
    await assert.rejects(
      () => store.audit!.append({ event: "remove", user: "zoe", templates: 1 }),
      AuditBrokenError,
    );
    await assert.rejects(() => store.put([hana]), AuditBrokenError);
    await store.close();
  }));

Deno.test("a hash noted of any line is found again, in a whole old copy it is not", () =>
  withPlace(async ({ path, open }) => {
    const store = await open();
    const noted = (await store.audit!.verify()).sha256;
    await store.put([sampleTemplate("dalila", 7)]);
    const { entries, expectedAt } = await store.audit!.verify(noted);
    assert.deepEqual([entries, expectedAt], [5, 4]);
    await store.close();
    const old = await openAt(path.replace("faces", "copy"), { key: 1 });
    const verdict = await old.audit!.verify(noted);
    assert.deepEqual([verdict.brokenAt, verdict.expectedAt], [null, null]);
    await old.close();
  }));
