import assert from "node:assert/strict";
import { ApiClient } from "../web/api_client.ts";
import { registerFromFiles } from "../web/flows.ts";
import { runServe, startServe } from "../web/served_process.ts";
import { freshFolder } from "./task.ts";

/** One folder for all: each test leaves it as it may have been left by a person. */
const folder = await freshFolder();
addEventListener(
  "unload",
  () => Deno.removeSync(folder, { recursive: true }),
);

const hasOpenssl = await (async () => {
  try {
    return (await new Deno.Command("openssl", {
      args: ["version"],
      stdout: "null",
    }).output()).success;
  } catch {
    return false;
  }
})();
if (!hasOpenssl) {
  const line =
    "serve over TLS is not tested: install openssl (apt-get install openssl)";
  if (Deno.env.get("CI") === "true") throw new Error(line);
  console.log(line);
}

/** Runs the task until it ends by itself, and holds what it says against what it should. */
async function endsWith(
  code: number,
  said: RegExp,
  env: Record<string, string> = {},
  args: readonly string[] = [],
): Promise<string> {
  const ended = await runServe(folder, env, args);
  assert.equal(ended.code, code, ended.said);
  assert.match(ended.said, said);
  assert.doesNotMatch(ended.said, /\n\s+at |unforeseen|NotCapable/);
  assert.equal(
    ended.said.trim().split("\n").length,
    1,
    `one sentence: ${ended.said}`,
  );
  return ended.said;
}

Deno.test("serve with its own permissions registers, renames, exports and removes, and both signals end it", async () => {
  const taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = taken.addr as Deno.NetAddr;
  await endsWith(78, new RegExp(`port=${port} is taken`), {
    port: String(port),
  });
  taken.close();
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    await using served = await startServe({}, { folder });
    const first = signal === "SIGTERM";
    assert.equal(
      served.password !== null,
      first,
      "a password is made and shown once, not by a start that failed",
    );
    const client = await new ApiClient(served.url).begin();
    await registerFromFiles(client, "andrew", [
      "registration_photos/andrew_01.jpg",
    ]);
    if (first) await manage(client, served.password!);
    const { code, said } = await served.end(signal);
    assert.equal(code, 0, said);
    assert.match(
      said,
      /Open http:\/\/localhost:\d+\/ in a browser; Ctrl\+C ends\.\n[^]*Stopped\.\n$/,
    );
    assert.doesNotMatch(said, /\n\s+at |rror/);
  }
});

async function manage(client: ApiClient, password: string): Promise<void> {
  assert.equal(
    (await client.post("api/admin/sign-in", { password })).status,
    200,
  );
  await client.begin();
  const rename = await client.send(
    "PATCH",
    "api/users/andrew",
    '{"name":"anders"}',
    { "content-type": "application/json" },
  );
  assert.equal(rename.status, 200);
  const chip = await client.get("api/users/anders/chips/andrew_01.jpg");
  assert.equal(chip.headers.get("content-type"), "image/png");
  assert.equal((await client.get("api/users/anders/export")).status, 200);
  assert.equal((await client.get("api/decision")).status, 200);
  const removed = await client.send<object>("DELETE", "api/users/anders");
  assert.partialDeepStrictEqual(removed.body, { templates: 1 });
}

Deno.test({
  name:
    "serve listens on IPv6, where there is any, and says so as a browser takes it",
  ignore: !hasIpv6(),
  async fn() {
    await using served = await startServe({ host: "::1" }, { folder });
    assert.match(served.url, /^http:\/\/\[::1\]:\d+\/$/);
    const { status } = await new ApiClient(served.url).get("api/session");
    assert.equal(status, 200);
  },
});

function hasIpv6(): boolean {
  try {
    Deno.listen({ hostname: "::1", port: 0 }).close();
    return true;
  } catch {
    return false;
  }
}

Deno.test("a client that never ends its request does not keep the server from ending", async () => {
  await using served = await startServe({}, { folder });
  const connection = await Deno.connect({
    hostname: "127.0.0.1",
    port: Number(new URL(served.url).port),
  });
  const client = await new ApiClient(served.url).begin();
  await connection.write(new TextEncoder().encode(
    `POST /api/sign-ins HTTP/1.1\r\nHost: localhost\r\nCookie: ${client.cookie}\r\nX-Csrf-Token: ${client.csrfToken}\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{`,
  ));
  const { code, said } = await served.end();
  assert.equal(code, 0, said);
  connection.close();
});

Deno.test("a host that others reach without TLS, a wrong setting and a damaged password file each get one sentence", async () => {
  await endsWith(78, /host=0\.0\.0\.0 can be reached by others.*tls_cert/, {
    host: "0.0.0.0",
  });
  await endsWith(78, /Set both tls_cert and tls_key/, { tls_cert: "cert.pem" });
  await endsWith(78, /port=port is not valid/, { port: "port" });
  await endsWith(64, /`deno task serve --help`/, {}, ["--nothing"]);
  await endsWith(
    0,
    /^The administrator's password, shown this once: [a-z0-9-]{23}\n$/,
    {},
    ["--new-password"],
  );
  const hash = Deno.readTextFileSync(`${folder}/faces.db.admin`);
  Deno.writeTextFileSync(`${folder}/faces.db.admin`, "nothing of the kind");
  await endsWith(65, /faces\.db\.admin holds no password hash; remove it/);
  Deno.writeTextFileSync(`${folder}/faces.db.admin`, hash);
});

Deno.test({
  name:
    "serve-network with a certificate and a password answers over TLS, with a cookie that stays there",
  ignore: !hasOpenssl,
  async fn() {
    const made = await new Deno.Command("openssl", {
      args:
        "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext basicConstraints=critical,CA:FALSE -addext subjectAltName=DNS:localhost,IP:127.0.0.1 -keyout key.pem -out cert.pem"
          .split(" "),
      cwd: folder,
      stderr: "null",
    }).output();
    assert.ok(made.success);
    const env = { host: "0.0.0.0", tls_cert: "cert.pem", tls_key: "key.pem" };
    await endsWith(78, /use `deno task serve-network`/, env);
    await endsWith(78, /cannot be read; correct the paths/, {
      ...env,
      tls_key: "none.pem",
    });
    Deno.writeTextFileSync(`${folder}/bad.pem`, "not a certificate");
    await endsWith(78, /tls_cert=bad\.pem/, {
      tls_cert: "bad.pem",
      tls_key: "bad.pem",
    });
    await using served = await startServe(env, {
      folder,
      task: "serve-network",
    });
    const certificate = Deno.readTextFileSync(`${folder}/cert.pem`);
    const trusting = Deno.createHttpClient({ caCerts: [certificate] });
    const client = new ApiClient(served.url, trusting);
    const { status, headers } = await client.get("api/session");
    assert.equal(status, 200);
    assert.match(headers.get("set-cookie")!, /; Secure/);
    assert.equal(
      headers.get("strict-transport-security"),
      "max-age=15552000",
      "not for names below this one",
    );
    assert.match(
      await statusLineFor("evil.example", served.url, certificate),
      /^HTTP\/1\.1 421 /,
    );
    trusting.close();
    const { code, said } = await served.end();
    assert.equal(code, 0, said);
  },
});

/** The first line of the answer to a request that calls the server by a name. */
async function statusLineFor(
  name: string,
  url: string,
  certificate: string,
): Promise<string> {
  using connection = await Deno.connectTls({
    hostname: "localhost",
    port: Number(new URL(url).port),
    caCerts: [certificate],
  });
  const request =
    `GET /api/session HTTP/1.1\r\nHost: ${name}\r\nConnection: close\r\n\r\n`;
  await connection.write(new TextEncoder().encode(request));
  const answer = await new Response(connection.readable).text();
  return answer.split("\r\n")[0]!;
}
