import { postgresMissing, runSql, startPostgres } from "./postgres_server.ts";
import { withTempFolder } from "./temp_folder.ts";

/** Where the three stores are tested. */
interface Place {
  readonly name: string;
  readonly missing: string | null;
  /** Gives `work` the address of an empty store, and of a second one, and what empties that again. */
  with(
    work: (
      address: string,
      second: string,
      forgetSecond: () => Promise<void>,
    ) => Promise<void>,
  ): Promise<void>;
}

/** A place of each kind. */
export const storePlaces: readonly Place[] = [
  {
    name: "JSON",
    missing: null,
    with: (work) =>
      withTempFolder((folder) =>
        work(
          `${folder}/a.json`,
          `${folder}/b.json`,
          () => removeFiles(folder, "b."),
        )
      ),
  },
  {
    name: "SQLite",
    missing: null,
    with: (work) =>
      withTempFolder((folder) =>
        work(
          `${folder}/a.db`,
          `${folder}/b.db`,
          () => removeFiles(folder, "b."),
        )
      ),
  },
  {
    name: "PostgreSQL 15",
    missing: postgresMissing(),
    async with(work) {
      const server = await startPostgres();
      try {
        const second = server.url.replace(/postgres$/, "template1");
        await work(server.url, second, () => dropSchema(second));
      } finally {
        await server.stop();
      }
    },
  },
];

async function removeFiles(folder: string, start: string): Promise<void> {
  for await (const { name } of Deno.readDir(folder)) {
    if (name.startsWith(start)) await Deno.remove(`${folder}/${name}`);
  }
}

async function dropSchema(url: string): Promise<void> {
  await runSql(url, "DROP SCHEMA IF EXISTS face_sign_in CASCADE");
}
