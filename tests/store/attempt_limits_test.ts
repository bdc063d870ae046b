import assert from "node:assert/strict";
import { TooManyAttemptsError } from "../../lib/errors.ts";
import {
  type AttemptCounts,
  AttemptLimits,
  AttemptsInMemory,
  type AttemptSubject,
} from "../../lib/store/limits/attempt_limits.ts";

const MINUTE = 60_000;

/** A new object for every call, as a restarted process would have, with a clock the test turns. */
function setUp() {
  const clock = { ms: Date.UTC(2026, 0, 1) };
  const counts = new AttemptsInMemory();
  const limits = () => new AttemptLimits(counts, undefined, () => clock.ms);
  const fail = async (times: number) => {
    for (let i = 0; i < times; i++) await limits().begin("andrew");
  };
  const refused = () =>
    assert.rejects(() => limits().begin("andrew"), TooManyAttemptsError);
  return { clock, limits, fail, refused };
}

Deno.test({
  name:
    "after five failed sign-ins the next must wait, each further failure doubles the waiting, up to an hour",
  async fn() {
    const { clock, fail, refused } = setUp();
    await fail(5);
    for (const seconds of [30, 60, 120, 240, 480, 960, 1920, 3600, 3600]) {
      await refused();
      clock.ms += seconds * 1000 - 1;
      await refused();
      clock.ms += 1;
      await fail(1);
    }
  },
});

Deno.test({
  name:
    "a success forgets the failures, and so does a pause longer than the window",
  async fn() {
    const { clock, limits, fail, refused } = setUp();
    await fail(5);
    await limits().succeeded("andrew");
    await fail(4);
    clock.ms += 15 * MINUTE + 1;
    await fail(5);
    await refused();
  },
});

Deno.test({
  name:
    "a sign-in that could not be judged does not count, and one user's failures are not another's",
  async fn() {
    const { limits, fail, refused } = setUp();
    await fail(4);
    for (let i = 0; i < 10; i++) {
      await limits().begin("andrew");
      await limits().takeBack("andrew");
    }
    await fail(1);
    await refused();
    await limits().begin("beatriz");
  },
});

Deno.test({
  name: "of many sign-ins at once only five get through",
  async fn() {
    const { limits } = setUp();
    const results = await Promise.allSettled(
      Array.from({ length: 40 }, () => limits().begin("andrew")),
    );
    assert.equal(
      results.filter(({ status }) => status === "fulfilled").length,
      5,
    );
  },
});

Deno.test({
  name: "a claim made to look like an address does not count at that address",
  async fn() {
    const { limits } = setUp();
    for (let i = 0; i < 5; i++) await limits().begin("@10.1.2.3");
    await assert.rejects(
      () => limits().begin("@10.1.2.3"),
      TooManyAttemptsError,
    );
    for (let i = 0; i < 20; i++) await limits().begin({ client: "10.1.2.3" });
  },
});

Deno.test({
  name:
    "a name's failures from one address make it wait there and nowhere else, and a success there forgets nothing of other names",
  async fn() {
    const { limits } = setUp();
    const [from, user] = ["10.1.2.3", "andrew"];
    for (let i = 0; i < 5; i++) await limits().begin({ user, client: from });
    const begin = (subject: AttemptSubject) => () => limits().begin(subject);
    await assert.rejects(begin({ user, client: from }), TooManyAttemptsError);
    await limits().begin({ user, client: "10.9.9.9" });
    await limits().begin({ user: "beatriz", client: from });
    assert.equal(
      await limits().succeeded({ user: "beatriz", client: from }),
      1,
    );
    await assert.rejects(begin({ user, client: from }), TooManyAttemptsError);
  },
});

Deno.test({
  name: "a clock that is set back lengthens no wait",
  async fn() {
    const { clock, fail, refused } = setUp();
    await fail(5);
    clock.ms -= 24 * 60 * MINUTE;
    await refused();
    clock.ms += 30_000;
    await fail(1);
  },
});

Deno.test({
  name: "what is kept tells no name",
  async fn() {
    const keys: string[] = [];
    const counts: AttemptCounts = {
      change: (key) => Promise.resolve(void keys.push(key)),
    };
    const limits = new AttemptLimits(counts);
    await limits.begin("andrew");
    await limits.begin({ user: "andrew", client: "10.1.2.3" });
    for (const key of keys) assert.match(key, /^[0-9a-f]{64}$/);
    assert.equal(new Set(keys).size, 2);
  },
});
