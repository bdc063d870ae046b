import {
  AuditBrokenError,
  StoreBusyError,
  StoreDamagedError,
} from "../../errors.ts";
import {
  requireKey,
  SEAL_BYTES,
  type StoreKey,
  TAG_BYTES,
} from "../seal/store_key.ts";
import { requireOwnHead, toKeyedHead } from "../audit/audit_log.ts";
import {
  batches,
  listOf,
  type SqlRow,
  type SqlRunner,
  type SqlValue,
} from "./sql_database.ts";
import { readRevision } from "./state_row.ts";

/** How a digest is made. */
interface DigestFormat {
  /** Users are spread over so many: a decision on one of them reads that fraction of the rows. */
  readonly buckets: number;
  /** What is marked of each row, in blocks of 16 bytes: the first of every row, the second of every row … */
  readonly blocks: (rows: readonly SqlRow[]) => Uint8Array[];
}

const FORMAT: DigestFormat = {
  buckets: 4096,
  blocks: (rows) => [
    blockOf(rows, ({ tag }) => tag),
    blockOf(rows, ({ id, change }) => twoNumbers(id, change)),
    blockOf(rows, ({ skeleton }) => fromHex(skeleton)),
    blockOf(rows, ({ chip_tag }) => fromHex(chip_tag)),
  ],
};
/** That of schema 4. */
const OLD_FORMAT: DigestFormat = {
  buckets: 1024,
  blocks: (rows) => [blockOf(rows, ({ tag }) => tag)],
};
/** How long the sealed digest of schema 4 is. */
export const OLD_DIGEST_BYTES = OLD_FORMAT.buckets * TAG_BYTES + SEAL_BYTES;
/** What stands for the tag of no chip, and for what is no block. */
const NO_TAG = new Uint8Array(TAG_BYTES);
const NO_BLOCK = new Uint8Array(TAG_BYTES).fill(255);
/** Rows read at once. */
const BATCH = 2000;
/** How often a check is made again that others' changes came into. */
const MOST_CHECKS = 20;

/** The state, and the log's head that is written with it. */
const SELECT_STATE =
  `SELECT s.revision, s.model_id, s.dimensions, s.key_id, s.calibration, s.digest,
  h.entries, h.sha256, h.revision AS head_revision, h.mac FROM state s, audit_head h`;
/** A sealed embedding ends with its tag, which no other bytes have. */
const SELECT_MARKED =
  `SELECT t.id, t.user_id, t.change, substr(t.embedding, length(t.embedding) - 15) AS tag,
  t.chip_tag, u.skeleton FROM templates t JOIN users u ON u.id = t.user_id`;

/**
 * What the rows of a sealed store must add up to: for each bucket of users the exclusive or of a
 * secret mark of every row (Clarke et al. 2003, incremental multiset hashes). It lies sealed beside
 * the change's number, the model and the calibration, so that rows put in, taken out, played back or
 * exchanged by somebody without the key are noticed, and so is an old state put back: the log's
 * keyed head has the change's number too. Whoever puts the whole database back as it once was is
 * found out by the hash that was noted of the log.
 */
export class RowDigest {
  private constructor(
    private readonly key: StoreKey,
    private readonly bytes: Uint8Array,
    private readonly format: DigestFormat,
  ) {}

  /** That of a store without templates. */
  static empty(key: StoreKey): RowDigest {
    const bytes = new Uint8Array(FORMAT.buckets * TAG_BYTES);
    return new RowDigest(key, bytes, FORMAT);
  }

  /** The one that lies in a database. @throws StoreKeyError, StoreDamagedError when it does not open */
  static open(key: StoreKey, name: string, state: SqlRow): RowDigest {
    const sealed = state.digest as Uint8Array | null;
    if (sealed === null) throw tampered(name);
    const bytes = key.open(contextOf(name, state), sealed);
    const isOld = sealed.length === OLD_DIGEST_BYTES;
    return new RowDigest(key, bytes, isOld ? OLD_FORMAT : FORMAT);
  }

  /** Adds the marks of all rows that `where` narrows to, or takes them out if they are in it. */
  async toggle(
    runner: SqlRunner,
    where = "",
    values: readonly SqlValue[] = [],
  ): Promise<void> {
    let last = 0;
    while (true) {
      const rows = await runner.run(
        `${SELECT_MARKED} WHERE t.id > $1 ${where} ORDER BY t.id LIMIT ${BATCH}`,
        [last, ...values],
      );
      this.toggleRows(rows);
      if (rows.length < BATCH) return;
      last = Number(rows.at(-1)!.id);
    }
  }

  /** The same for the rows of these users. */
  async toggleUsers(runner: SqlRunner, users: readonly string[]) {
    for (const names of batches(users)) {
      const where = `AND t.user_id IN (SELECT id FROM users WHERE name IN (${
        listOf(names, 2)
      }))`;
      await this.toggle(runner, where, names);
    }
  }

  toggleRows(rows: readonly SqlRow[]): void {
    const { blocks, buckets } = this.format;
    const marks = this.key.marks(blocks(rows));
    for (const [i, { user_id }] of rows.entries()) {
      const at = Number(user_id) % buckets * TAG_BYTES;
      for (let j = 0; j < TAG_BYTES; j++) {
        this.bytes[at + j]! ^= marks[i * TAG_BYTES + j]!;
      }
    }
  }

  get isEmpty(): boolean {
    return this.bytes.every((byte) => byte === 0);
  }

  isSame({ bytes }: RowDigest, first: number, last: number): boolean {
    const end = (last + 1) * TAG_BYTES;
    return bytes.subarray(first * TAG_BYTES, end)
      .every((byte, i) => byte === this.bytes[first * TAG_BYTES + i]);
  }

  /** Writes it beside the state that holds then. */
  async write(tx: SqlRunner, name: string): Promise<void> {
    const [state] = await tx.run(SELECT_STATE);
    await tx.run("UPDATE state SET digest = $1", [
      this.key.seal(contextOf(name, state!), this.bytes),
    ]);
  }
}

/** The state of a database; of a sealed one after checking that it is the one the key wrote. */
export async function readState(
  runner: SqlRunner,
  key: StoreKey | null,
  name: string,
): Promise<{ state: SqlRow; digest: RowDigest | null }> {
  const [state] = await runner.run(SELECT_STATE);
  if (state === undefined) throw tampered(name);
  if (key === null || state.key_id === null) return { state, digest: null };
  requireKey(name, String(state.key_id), key);
  const digest = RowDigest.open(key, name, state);
  const head = toKeyedHead({ ...state, revision: state.head_revision! });
  requireOwnHead(key, name, head);
  if (head.revision !== Number(state.revision)) throw tampered(name);
  return { state, digest };
}

/** Whether all rows of a sealed store, of this schema or of 4, are those that were written with its key. */
export async function areWhole(
  runner: SqlRunner,
  key: StoreKey,
  name: string,
): Promise<boolean> {
  try {
    const { digest } = await readState(runner, key, name);
    await digest?.toggle(runner);
    return digest?.isEmpty === true;
  } catch (error) {
    const isTampered = error instanceof StoreDamagedError ||
      error instanceof AuditBrokenError;
    if (isTampered) return false;
    throw error;
  }
}

/** Checks the rows of these users, and of those who share their buckets. @throws StoreDamagedError */
export async function checkUsers(
  runner: SqlRunner,
  key: StoreKey,
  name: string,
  userIds: readonly number[],
): Promise<void> {
  for (const bucket of new Set(userIds.map((id) => id % FORMAT.buckets))) {
    await checkBuckets(runner, key, name, bucket, bucket);
  }
}

/** Checks all rows. @throws StoreDamagedError when somebody without the key has changed any */
export async function checkRows(
  runner: SqlRunner,
  key: StoreKey,
  name: string,
): Promise<void> {
  const [row] = await runner.run("SELECT count(*) AS count FROM templates");
  const { buckets } = FORMAT;
  const full = Math.floor(buckets * BATCH / (Number(row!.count) + 1));
  const step = Math.min(buckets, Math.max(1, full));
  for (let first = 0; first < buckets; first += step) {
    const last = Math.min(first + step, buckets) - 1;
    await checkBuckets(runner, key, name, first, last);
    // Others get their turn in between.
    await new Promise((resolve) => setTimeout(resolve));
  }
}

/** A bucket's rows are read by one statement, so that they are those of one moment. */
async function checkBuckets(
  runner: SqlRunner,
  key: StoreKey,
  name: string,
  first: number,
  last: number,
): Promise<void> {
  for (let check = 0; check < MOST_CHECKS; check++) {
    const { state, digest } = await readState(runner, key, name);
    if (digest === null) throw tampered(name);
    const found = RowDigest.empty(key);
    found.toggleRows(
      await runner.run(
        `${SELECT_MARKED} WHERE t.user_id % ${FORMAT.buckets} BETWEEN $1 AND $2`,
        [first, last],
      ),
    );
    if (digest.isSame(found, first, last)) return;
    const now = await readRevision(runner, name);
    if (now === Number(state.revision)) throw tampered(name);
  }
  throw new StoreBusyError(
    `${name} changed while it was checked; run it again`,
  );
}

/** A block of each row, one after another. */
function blockOf(
  rows: readonly SqlRow[],
  of: (row: SqlRow) => SqlValue | undefined,
): Uint8Array {
  const blocks = new Uint8Array(rows.length * TAG_BYTES);
  for (const [i, row] of rows.entries()) {
    const block = of(row) as Uint8Array;
    const isWhole = block.length === TAG_BYTES;
    blocks.set(isWhole ? block : NO_BLOCK, i * TAG_BYTES);
  }
  return blocks;
}

/** Written in one way only, so that nobody writes it in another unnoticed. */
function fromHex(text: SqlValue | undefined): Uint8Array<ArrayBuffer> {
  if (text === null) return NO_TAG;
  return /^[0-9a-f]{32}$/.test(String(text))
    ? Uint8Array.fromHex(String(text))
    : NO_BLOCK;
}

function twoNumbers(
  ...numbers: (SqlValue | undefined)[]
): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Float64Array.from(numbers, Number).buffer);
}

function contextOf(name: string, state: SqlRow) {
  const { revision, model_id, dimensions, calibration } = state;
  return {
    name: `the state of ${name}`,
    bound: [
      "state",
      Number(revision),
      model_id,
      dimensions === null ? null : Number(dimensions),
      calibration,
    ],
  };
}

/** Says that somebody changed the database who does not have its key. */
export function tampered(name: string): StoreDamagedError {
  return new StoreDamagedError(
    `${name} was changed by somebody without its key: rows were put in, taken out or exchanged; put a backup in its place, and find out who may write it`,
  );
}
