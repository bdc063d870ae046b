import assert from "node:assert/strict";
import { settingNames } from "../setting_names.ts";

/**
 * What lib/web/hosting says is done here in a clean folder: the container file's steps one by one,
 * and the command of each file with its own environment and permissions. No container is built.
 */
const hosting = "lib/web/hosting";
const root = await Deno.makeTempDir();
addEventListener("unload", () => Deno.removeSync(root, { recursive: true }));
const app = `${root}/app`;
const port = freePort();

interface Step {
  readonly word: string;
  readonly rest: string;
}

const containerSteps: Step[] = Deno.readTextFileSync(`${hosting}/Containerfile`)
  .split("\n").filter((line) => line !== "" && !line.startsWith("#"))
  .map((line) => {
    const [word, ...rest] = line.split(" ");
    return { word: word!, rest: rest.join(" ") };
  });
const unitLines: [string, string][] = Deno.readTextFileSync(
  `${hosting}/face-sign-in.service`,
).split("\n").filter((line) => /^\w+=/.test(line)).map((line) => {
  const at = line.indexOf("=");
  return [line.slice(0, at), line.slice(at + 1)];
});

/** Folders of a container or a service, in this test's folder, and a port that is free. */
function here(text: string): string {
  return text.replaceAll(
    /(?<=^|[=,])(\/data|\/var\/lib\/face-sign-in)/g,
    `${root}/data`,
  )
    .replaceAll(/(?<=^|[=,])(\/tls|%d)/g, `${root}/tls`)
    .replaceAll("8443", `${port}`);
}

function freePort(): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  listener.close();
  return port;
}

async function run(program: string, args: readonly string[], cwd: string) {
  const { success, stderr } = await new Deno.Command(
    program === "deno" ? Deno.execPath() : program,
    { args: [...args], cwd, stdout: "null", stderr: "piped" },
  ).output();
  assert.ok(success, new TextDecoder().decode(stderr));
}

/** Makes a password, starts the server, asks how it is, and tells it to end. */
async function servesWith(
  command: readonly string[],
  env: Record<string, string>,
): Promise<void> {
  const args = command.map(here);
  const start = (more: readonly string[]) =>
    new Deno.Command(Deno.execPath(), {
      args: [...args, ...more],
      cwd: app,
      env: Object.fromEntries(
        Object.entries(env).map(([name, value]) => [name, here(value)]),
      ),
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    });
  const { code, stdout } = await start(["--new-password"]).output();
  assert.match(new TextDecoder().decode(stdout), /shown this once: \S+/);
  assert.equal(code, 0);
  const server = start([]).spawn();
  const client = Deno.createHttpClient({
    caCerts: [Deno.readTextFileSync(`${root}/tls/cert.pem`)],
  });
  try {
    assert.equal(await healthWithin(client, 60), true);
  } finally {
    server.kill("SIGTERM");
    const { code, stderr } = await server.output();
    assert.equal(code, 0, new TextDecoder().decode(stderr));
    client.close();
  }
  assert.ok((await Deno.stat(`${root}/data/faces.db`)).isFile);
  await Deno.remove(`${root}/data`, { recursive: true });
  await Deno.mkdir(`${root}/data`);
}

async function healthWithin(
  client: Deno.HttpClient,
  seconds: number,
): Promise<boolean> {
  for (let tries = 0; tries < seconds * 4; tries++) {
    try {
      const answer = await fetch(`https://localhost:${port}/health`, {
        client,
      });
      await answer.body?.cancel();
      if (answer.ok) return true;
    } catch {
      // It does not listen yet.
    }
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  return false;
}

Deno.test("the container file's steps work in a clean folder, and its command serves with its own permissions", async () => {
  const env: Record<string, string> = {};
  await Deno.mkdir(`${root}/data`);
  await Deno.mkdir(`${root}/tls`);
  await run(
    "openssl",
    "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext basicConstraints=critical,CA:FALSE -addext subjectAltName=DNS:localhost -keyout key.pem -out cert.pem"
      .split(" "),
    `${root}/tls`,
  );
  for (const { word, rest } of containerSteps) {
    switch (word) {
      case "FROM":
        assert.equal(rest, `docker.io/denoland/deno:${Deno.version.deno}`);
        break;
      case "WORKDIR":
        assert.equal(rest, "/app");
        await Deno.mkdir(app);
        break;
      case "COPY": {
        const [target, ...names] = rest.split(" ").toReversed();
        const to = names.length > 1 ? `${app}/` : `${app}/${target}`;
        await run("cp", ["-r", ...names, to], ".");
        break;
      }
      case "RUN":
        if (rest.startsWith("deno ")) {
          await run("deno", rest.split(" ").slice(1), app);
        }
        break;
      case "ENV":
        for (const pair of rest.split(" ")) {
          const [name, value] = pair.split("=");
          env[name!] = value!;
        }
        break;
      case "ENTRYPOINT":
        await servesWith(JSON.parse(rest).slice(1), env);
        break;
      default:
        assert.ok(["USER", "VOLUME", "EXPOSE", "HEALTHCHECK"].includes(word));
    }
  }
  assert.deepEqual(unknownSettings(env), []);
});

Deno.test("the service's command serves with its own environment and permissions", async () => {
  const env = Object.fromEntries(
    unitLines.filter(([key]) => key === "Environment")
      .flatMap(([, value]) => value.split(" "))
      .map((pair) => pair.split("=") as [string, string]),
  );
  const start = unitLines.find(([key]) => key === "ExecStart")![1];
  assert.match(start, /^\/usr\/bin\/env deno run /);
  const { DENO_DIR: _, ...settings } = env;
  await servesWith(start.split(" ").slice(2), settings);
  assert.deepEqual(unknownSettings(settings), []);
});

function unknownSettings(env: Record<string, string>): string[] {
  return Object.keys(env).filter((name) =>
    !settingNames.includes(name) && name !== "MALLOC_ARENA_MAX"
  );
}

const hasSystemd = await new Deno.Command("systemd-analyze", {
  args: ["--version"],
  stdout: "null",
}).output().then(({ success }) => success, () => false);

Deno.test({
  name: "systemd finds no fault with the service (needs systemd-analyze)",
  ignore: !hasSystemd,
  async fn() {
    const { code, stderr } = await new Deno.Command("systemd-analyze", {
      args: ["verify", `${hosting}/face-sign-in.service`],
    }).output();
    assert.equal(new TextDecoder().decode(stderr), "");
    assert.equal(code, 0);
  },
});
