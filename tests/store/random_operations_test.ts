import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { isDeepStrictEqual } from "node:util";
import { ProcessQueue } from "./killed_process.ts";
import { openAt } from "./open_at.ts";
import { runSql } from "./postgres_server.ts";
import {
  eventOf,
  operatedTemplate,
  type Operation,
  stateAfterOperation,
  type StoreState,
} from "./random_operations.ts";
import { storePlaces } from "./store_places.ts";

const SEED = Number(Deno.env.get("SEED") ?? Date.now() % 1e6);
/** How long each store is worked on; SECONDS=60 for a thorough run, beside `deno task abuse store`. */
const SECONDS = Number(Deno.env.get("SECONDS") ?? 4);
const PROCESSES = 4;
/** More would mean that the log does not tell enough. */
const MOST_STEPS = 500_000;

/** A line of the log, without its place in the chain. */
interface LogLine {
  /** The user's number. */
  readonly user: number;
  readonly event: object;
}

/** As it lies in the database: what reads it gives names, which changed since. */
async function readLog(address: string): Promise<LogLine[]> {
  const lines: { line: string }[] = address.startsWith("postgres")
    ? (await runSql(address, "SELECT line FROM face_sign_in.audit ORDER BY n"))
      .rows
    : readLines(address);
  return lines.map(({ line }) => {
    const { n: _, time: _time, previous: _previous, user, ...event } = JSON
      .parse(line);
    return { user, event };
  });
}

function readLines(path: string): { line: string }[] {
  const db = new DatabaseSync(path, { readOnly: true });
  try {
    return db.prepare("SELECT line FROM audit ORDER BY n").all() as {
      line: string;
    }[];
  } finally {
    db.close();
  }
}

/**
 * Follows the log: each line must be the next change of one of the processes, with what the store
 * said to it. Where it could be that of two, both are tried.
 *
 * @returns the state after the last line
 */
function follow(
  log: readonly LogLine[],
  operations: readonly (readonly Operation[])[],
): StoreState {
  const changes = operations.map((own) =>
    own.filter((each) => eventOf(each) !== null)
  );
  const start = {
    line: 0,
    next: changes.map(() => 0),
    state: new Map() as StoreState,
  };
  const open = [start];
  let farthest = 0;
  for (let steps = 0; steps < MOST_STEPS; steps++) {
    const at = open.pop();
    if (at === undefined) break;
    const { line, next, state } = at;
    farthest = Math.max(farthest, line);
    if (line === log.length) {
      assert.deepEqual(next, changes.map(({ length }) => length));
      return state;
    }
    for (const [i, own] of changes.entries()) {
      const operation = own[next[i]!];
      if (operation === undefined) continue;
      const { user, event } = log[line]!;
      if (!isDeepStrictEqual(eventOf(operation), event)) continue;
      const after = stateAfterOperation(state, operation, user);
      if (after === null) continue;
      open.push({
        line: line + 1,
        next: next.with(i, next[i]! + 1),
        state: after,
      });
    }
  }
  assert.fail(
    `seed ${SEED}: line ${farthest + 1} of the log is no process's change: ${
      JSON.stringify(log[farthest])
    }`,
  );
}

/** Without a log each process changed its own users: their order among each other does not matter. */
function replay(operations: readonly (readonly Operation[])[]): StoreState {
  let state: StoreState = new Map();
  for (const operation of operations.flat()) {
    const after = stateAfterOperation(state, operation, 0);
    assert.ok(after !== null, `seed ${SEED}: ${JSON.stringify(operation)}`);
    state = after;
  }
  return state;
}

for (const place of storePlaces) {
  const skipped = place.missing === null ? "" : ` (skipped: ${place.missing})`;
  Deno.test({
    name:
      `${place.name} store: four processes registering, replacing, removing and renaming at random leave what a model of it holds, change by change${skipped}`,
    ignore: place.missing !== null,
    fn: () =>
      place.with(async (address) => {
        console.log(`seed ${SEED}`);
        await using queue = new ProcessQueue(PROCESSES);
        const children = await Promise.all(
          Array.from({ length: PROCESSES }, (_, own) =>
            queue.start(
              "operate",
              address,
              JSON.stringify({ own, seed: SEED * 4 + own, seconds: SECONDS }),
            )),
        );
        const operations = await Promise.all(children.map(async (child) => {
          const { success, stdout } = await child.output();
          assert.ok(success, `seed ${SEED}: a process failed`);
          const text = new TextDecoder().decode(stdout).trim();
          return text.split("\n").map((line) => JSON.parse(line) as Operation);
        }));
        const store = await openAt(address);
        const state = store.audit === null
          ? replay(operations)
          : follow(await readLog(address), operations);
        const expected = [...state].flatMap(([user, { photos }]) =>
          [...photos].map((photo) => operatedTemplate(user, ...photo))
        );
        const sorted = (templates: typeof expected) =>
          templates.toSorted((a, b) =>
            a.user < b.user || a.user === b.user && a.photo < b.photo ? -1 : 1
          );
        assert.deepEqual(
          sorted(await store.templates()),
          sorted(expected),
          `seed ${SEED}`,
        );
        for (const { user, vector } of expected) {
          const [nearest] = (await store.nearestUsers([vector]))[0]!;
          assert.equal(nearest!.distance, 0, `seed ${SEED}: ${user}`);
        }
        if (store.audit !== null) {
          assert.equal((await store.audit.verify()).brokenAt, null);
        }
        console.log(
          `${place.name}: ${operations.flat().length} operations, ${
            operations.flat().filter((each) => eventOf(each) !== null).length
          } of them changes${
            store.audit === null ? "" : ", in the log's order"
          }`,
        );
      }),
  });
}
