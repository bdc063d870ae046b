import { StoreDamagedError } from "../../errors.ts";
import { writeFileAtomically } from "../atomic_file.ts";
import type { AttemptCounts, Failures } from "./attempt_counts.ts";
import { withFileLock } from "../json/file_lock.ts";

/** Counts of failed sign-ins in a small file, which processes take turns at. */
export class AttemptFile implements AttemptCounts {
  constructor(private readonly path: string) {}

  async change(
    name: string,
    oldestMs: number,
    change: (held: Failures | null) => Failures | null,
  ): Promise<void> {
    await withFileLock(this.path, async () => {
      const held = await this.read();
      const all = new Map(
        held.filter(([, { lastMs }]) => lastMs >= oldestMs),
      );
      const changed = change(all.get(name) ?? null);
      if (changed === null) all.delete(name);
      else all.set(name, changed);
      await writeFileAtomically(this.path, JSON.stringify([...all], null, 1));
    });
  }

  private async read(): Promise<[string, Failures][]> {
    let text: string;
    try {
      text = await Deno.readTextFile(this.path);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return [];
      throw error;
    }
    try {
      return parseCounts(text);
    } catch (cause) {
      throw new StoreDamagedError(
        `${this.path} is damaged; remove it to let the counting of failed sign-ins begin anew`,
        { cause },
      );
    }
  }
}

function parseCounts(text: string): [string, Failures][] {
  const rows: unknown = JSON.parse(text);
  if (!Array.isArray(rows)) throw new TypeError("not a list");
  return rows.map((row) => {
    const [name, { count, lastMs }] = row;
    if (
      typeof name !== "string" || !Number.isInteger(count) ||
      !Number.isFinite(lastMs)
    ) {
      throw new TypeError("not a count of failures");
    }
    return [name, { count, lastMs }];
  });
}
