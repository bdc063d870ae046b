/**
 * `deno task abuse store [SECONDS]`: tests/store/abuse_stores.ts. `deno task abuse [SECONDS]`: replays the hostile catalogue against a running `deno task serve` for a
 * minute, while the right person signs in again and again, and says what came of it.
 */
import { randomNumbers } from "../../random_numbers.ts";
import { Actor } from "../actor.ts";
import { ApiClient } from "../api_client.ts";
import { playChallenge, realTime, registerFromFiles } from "../flows.ts";
import { residentMb, startServe } from "../served_process.ts";
import { allKinds } from "./all_kinds.ts";
import { createAttacker } from "./attacker.ts";
import { diceOf } from "./kind.ts";

/** How many attack at once, each from an address of their own. */
const attackers = 10;

/** A sign-in as the right person. @returns how long it took, ms; why not when it was not let in */
async function signInMs(
  url: string,
  from: Deno.HttpClient,
): Promise<number | string> {
  const client = await new ApiClient(url, from).begin();
  const start = performance.now();
  try {
    const andrew = new Actor("andrew");
    const { id, verdict } = await playChallenge(client, andrew, realTime);
    if (verdict !== "passed") return verdict;
    const { body } = await client.post<{ user: string | null }>(
      "api/sign-ins",
      { challenge: id },
    );
    return body.user === "andrew" ? performance.now() - start : "rejected";
  } catch (error) {
    return String(error);
  }
}

async function replay(seconds: number): Promise<boolean> {
  await using served = await startServe({ store: "./faces.db" });
  const { url } = served;
  using right = Deno.createHttpClient({ localAddress: "127.0.7.1" });
  await registerFromFiles(
    await new ApiClient(url, right).begin(),
    "andrew",
    [1, 2, 3].map((n) => `registration_photos/andrew_0${n}.jpg`),
  );
  await signInMs(url, right);
  const calm = await signInMs(url, right);

  const people = await Promise.all(
    Array.from({ length: attackers }, (_, i) => createAttacker(url, i + 1)),
  );
  const counts = { sent: 0, refused: 0, broken: 0 };
  const odd = new Map<string, number>();
  const untilMs = performance.now() + seconds * 1000;
  const attack = async (i: number) => {
    const dice = diceOf(randomNumbers(20261125 + i));
    while (performance.now() < untilMs) {
      const kind = dice.pick(allKinds);
      counts.sent++;
      const reply = await kind.send(people[i]!, dice).catch(() => null);
      if (reply === null || reply.status === 0) counts.broken++;
      else if (reply.status >= 400) counts.refused++;
      const { status = 0 } = reply ?? {};
      // 503 and 507 are documented: too much to do, and a disk that is full.
      if (status < 500 || status === 503 || status === 507) continue;
      const key = `${status} for ${kind.name}`;
      odd.set(key, (odd.get(key) ?? 0) + 1);
    }
  };
  let largestMb = 0;
  const signIns: (number | string)[] = [];
  const watch = async () => {
    while (performance.now() < untilMs) {
      largestMb = Math.max(largestMb, residentMb(served.pid) ?? 0);
      await realTime.wait(250);
    }
  };
  const comeIn = async () => {
    while (performance.now() < untilMs) {
      signIns.push(await signInMs(url, right));
    }
  };
  await Promise.all([watch(), comeIn(), ...people.keys().map(attack)]);
  people.forEach((each) => each.close());

  const times = signIns.filter((each) => typeof each === "number");
  const failures = signIns.filter((each) => typeof each === "string");
  const spoken = (ms: number | string | null) =>
    typeof ms === "number" ? `${(ms / 1000).toFixed(1)} s` : "never";
  const longest = times.length === 0 ? null : Math.max(...times);
  const ratio = longest === null || typeof calm === "string"
    ? NaN
    : longest / calm;
  console.log([
    `${counts.sent} requests of ${allKinds.length} kinds in ${seconds} s: ${counts.refused} refused, ${counts.broken} cut off`,
    `5xx that is not documented: ${
      odd.size === 0
        ? "none"
        : [...odd].map(([what, n]) => `${n} x ${what}`).join(", ")
    }`,
    `largest memory of the server: ${Math.round(largestMb)} MB`,
    `the right person got in ${times.length} of ${signIns.length} times, at most in ${
      spoken(longest)
    } (${spoken(calm)} before, ${ratio.toFixed(1)} times as long)`,
    ...failures.map((why) => `  not let in: ${why}`),
  ].join("\n"));
  return odd.size === 0 && times.length === signIns.length && ratio <= 2;
}

if (import.meta.main) {
  if (Deno.args[0] === "store") {
    const { abuseStores } = await import("../../store/abuse_stores.ts");
    Deno.exit(await abuseStores(Number(Deno.args[1] ?? 60)) ? 0 : 1);
  }
  Deno.exit(await replay(Number(Deno.args[0] ?? 60)) ? 0 : 1);
}
