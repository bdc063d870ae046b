import assert from "node:assert/strict";
import { SettingError, StoreUnreachableError } from "../../lib/errors.ts";
import { openAt } from "./open_at.ts";
import { postgresMissing, runSql, startPostgres } from "./postgres_server.ts";
import { withTempFolder } from "./temp_folder.ts";

const missing = postgresMissing();

/** A certificate for localhost, signed by itself, readable by the server. */
async function makeCertificate(folder: string): Promise<string[]> {
  const [cert, key] = [`${folder}/server.crt`, `${folder}/server.key`];
  const made = await new Deno.Command("openssl", {
    args: [
      "req",
      "-x509",
      "-newkey",
      "rsa:2048",
      "-nodes",
      "-days",
      "2",
      "-subj",
      "/CN=localhost",
      "-addext",
      "subjectAltName=DNS:localhost",
      "-addext",
      "basicConstraints=critical,CA:TRUE",
      "-keyout",
      key,
      "-out",
      cert,
    ],
    stderr: "null",
  }).output();
  assert.ok(made.success);
  if (Deno.uid() === 0) {
    await Deno.chmod(folder, 0o755);
    await new Deno.Command("chown", { args: ["postgres", cert, key] }).output();
  }
  return [`ssl=on`, `ssl_cert_file=${cert}`, `ssl_key_file=${key}`];
}

/** How many of this program's connections are encrypted, and how many are not. */
async function connections(
  url: string,
): Promise<{ tls: number; plain: number }> {
  const { rows } = await runSql(
    url,
    `SELECT count(*) FILTER (WHERE s.ssl)::int AS tls, count(*) FILTER (WHERE NOT s.ssl)::int AS plain
    FROM pg_stat_ssl s JOIN pg_stat_activity a USING (pid) WHERE a.application_name = 'face-sign-in'`,
  );
  return rows[0];
}

Deno.test({
  name:
    `TLS is spoken where the server offers it, and sslmode asks for more or less${
      missing === null ? "" : ` (skipped: ${missing})`
    }`,
  ignore: missing !== null,
  fn: (t) =>
    withTempFolder(async (folder) => {
      const settings = await makeCertificate(folder);
      const server = await startPostgres({ settings });
      const root = `sslrootcert=${folder}/server.crt`;
      const byName = server.url.replace("127.0.0.1", "localhost")
        .replace("tester@", "tester:hunter2@");
      const spoken = async (url: string) => {
        const store = await openAt(url);
        const { tls, plain } = await connections(server.url);
        await store.close();
        assert.ok(!store.name.includes("hunter2"));
        return tls > 0 && plain === 0;
      };
      const refused = (url: string, why: RegExp) =>
        assert.rejects(
          () => openAt(url),
          (error) =>
            error instanceof StoreUnreachableError && why.test(error.message) &&
            !Deno.inspect(error).includes("hunter2"),
        );
      try {
        await t.step("by itself, and where it is required", async () => {
          assert.equal(await spoken(byName), true);
          assert.equal(await spoken(`${byName}?sslmode=require`), true);
          assert.equal(await spoken(`${byName}?sslmode=disable`), false);
        });
        await t.step("by a variable of the environment", async () => {
          Deno.env.set("PGSSLMODE", "disable");
          assert.equal(await spoken(byName), false);
          Deno.env.delete("PGSSLMODE");
        });
        await t.step("with a certificate that is checked", async () => {
          assert.equal(
            await spoken(`${byName}?sslmode=verify-full&${root}`),
            true,
          );
          await refused(`${byName}?sslmode=verify-full`, /certificate/);
          await refused(`${byName}?sslmode=verify-ca`, /certificate/);
        });
        await t.step("for the host that was asked", async () => {
          const byAddress = byName.replace("localhost", "127.0.0.1");
          assert.equal(
            await spoken(`${byAddress}?sslmode=verify-ca&${root}`),
            true,
          );
          await refused(
            `${byAddress}?sslmode=verify-full&${root}`,
            /certificate/,
          );
        });
        await t.step("and a word that is none is refused", () =>
          assert.rejects(() =>
            openAt(`${byName}?sslmode=maybe`), SettingError));
      } finally {
        await server.stop();
      }
    }),
});

Deno.test({
  name: `a server without TLS is refused where TLS is required${
    missing === null ? "" : ` (skipped: ${missing})`
  }`,
  ignore: missing !== null,
  async fn() {
    const server = await startPostgres();
    try {
      await assert.rejects(
        () => openAt(`${server.url}?sslmode=require`),
        (error) =>
          error instanceof StoreUnreachableError && /TLS/.test(error.message),
      );
    } finally {
      await server.stop();
    }
  },
});
