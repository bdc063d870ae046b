import assert from "node:assert/strict";
import { basename, dirname, join } from "node:path";
import { settingNames } from "../setting_names.ts";
import { freshFolder, runDenoTask } from "./task.ts";

/** What a process may do, as it finds out itself. */
interface Found {
  readonly net: Deno.PermissionState;
  readonly run: Deno.PermissionState;
  readonly read: Record<string, Deno.PermissionState>;
  readonly write: Record<string, Deno.PermissionState>;
  readonly env: Record<string, Deno.PermissionState>;
  /** How `import()` of a public address ended. */
  readonly imported: string;
  /** Whether the native decoder loads: without what it looks at there is only the slow one. */
  readonly native: boolean;
  /** How reading somebody else's file ended, after asking for leave. */
  readonly opened: string;
}

const places = [
  ".",
  "lib",
  "registration_photos",
  "aligned_faces",
  "embeddings.json",
  "faces.db",
  "faces.db.key",
  "faces.db.admin",
  "evaluation",
];
/** What lies on a computer and is nobody's business; /named/photo.jpg and /named/a=b.jpg are on the command line, /kept/photo.jpg in a setting. */
const elsewhere = [
  "/",
  "/etc/passwd",
  "/proc/self/environ",
  "/root/.ssh/id_ed25519",
  "/home",
  "/named/photo.jpg",
  "/named/a=b.jpg",
  "/named/other.jpg",
  "/kept/photo.jpg",
];
const probe = `
const state = (descriptor) => Deno.permissions.querySync(descriptor).state;
const each = (names, descriptor) =>
  Object.fromEntries(names.map((name) => [name, state(descriptor(name))]));
const address = "https://esm.sh/leak";
console.log(JSON.stringify({
  net: state({ name: "net", host: "192.0.2.1:443" }),
  run: state({ name: "run" }),
  read: each(
    ${JSON.stringify([...places, ...elsewhere])},
    (path) => ({ name: "read", path }),
  ),
  write: each(${JSON.stringify(places)}, (path) => ({ name: "write", path })),
  env: each(
    ${JSON.stringify([...settingNames, "HOME"])},
    (variable) => ({ name: "env", variable }),
  ),
  imported: await import(address).then(() => "imported", (error) => error.message),
  native: await import("../image/sharp.ts")
    .then(({ loadSharp }) => loadSharp()).then((sharp) => sharp !== null),
  opened: await Deno.permissions.request({ name: "read" })
    .then(() => Deno.readTextFile("/etc/passwd"))
    .then(() => "opened", (error) => error.name),
}));
`;

const { tasks, permissions } = JSON.parse(await Deno.readTextFile("deno.json"));
const folder = await freshFolder();
addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));

const narrowing = "lib/cli/named_reads.ts";

/**
 * Runs a task's own command, permissions and all, on a program that looks at what it may do, after what
 * the task does before anything else.
 */
async function permissionsOf(task: string): Promise<Found> {
  const command: string = tasks[task].command;
  const script = /\S+\.ts$/.exec(command)![0];
  const [, first] = /^import "(.*)";\n/m.exec(Deno.readTextFileSync(script))!;
  assert.equal(join(dirname(script), first!), narrowing, task);
  const place = `${folder}/lib/cli/probe.ts`;
  await Deno.writeTextFile(
    place,
    `import "./${basename(narrowing)}";\n${probe}`,
  );
  const words = command.replace(script, place).split(" ");
  const named = ["/named/photo.jpg", "--from=/named/a=b.jpg", "/"];
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [...words.slice(words.indexOf("deno") + 1), ...named],
    cwd: folder,
    env: { signin_image: "/kept/photo.jpg" },
    stdin: "null",
  }).output();
  const text = new TextDecoder().decode(stdout);
  assert.notEqual(text, "", new TextDecoder().decode(stderr));
  return JSON.parse(text);
}

const mayWrite: Record<string, readonly string[]> = {
  verify: places.slice(3, 7),
  register: places.slice(3, 7),
  store: places.slice(3, 7),
  users: places.slice(3),
  serve: places.slice(3),
  "serve-network": places.slice(3),
  calibrate: places.slice(3),
  evaluate: ["evaluation"],
  "evaluate-liveness": ["evaluation"],
  lab: places.slice(3, 8),
  audit: [],
};
for (const [task, allowed] of Object.entries(mayWrite)) {
  const written = allowed.length === 0 ? "nothing" : allowed.join(", ");
  Deno.test(`${task} may write ${written} of what lies here, read that and what it is told to, every setting, import nothing, and use no network`, async () => {
    const found = await permissionsOf(task);
    const readable = (path: string) => found.read[path] === "granted";
    assert.deepEqual(places.filter(readable), places);
    assert.deepEqual(
      elsewhere.filter(readable),
      ["/named/photo.jpg", "/named/a=b.jpg", "/kept/photo.jpg"],
    );
    assert.equal(found.native, true);
    assert.equal(found.opened, "NotCapable");
    assert.deepEqual(
      places.filter((place) => found.write[place] === "granted"),
      allowed,
    );
    assert.deepEqual(
      settingNames.filter((name) => found.env[name] !== "granted"),
      [],
    );
    assert.notEqual(found.env.HOME, "granted");
    assert.notEqual(found.run, "granted");
    assert.notEqual(found.net, "granted");
    assert.match(found.imported, /cached-only|not.*cache/i);
  });
}

Deno.test("verify decides on a photo that lies anywhere, and does not read the whole disk though it is told to", async () => {
  const other = await Deno.makeTempDir();
  try {
    const photo = `${other}/today.jpg`;
    await Deno.copyFile("signin_photos/andrew_06.jpg", photo);
    const verify = (env: Record<string, string>, ...args: string[]) =>
      runDenoTask(folder, "verify", args, env);
    const named = await verify({}, photo);
    assert.equal(named.code, 0, named.err);
    assert.match(named.out, /Accepted: this is andrew/);
    const set = await verify({ signin_image: photo });
    assert.equal(set.code, 0, set.err);
    const everything = await verify({}, "/");
    assert.equal(everything.code, 2);
    assert.match(
      everything.err,
      /not the whole disk/,
    );
  } finally {
    await Deno.remove(other, { recursive: true });
  }
});

Deno.test("who runs with the permission set alone may read the project and what native packages look at", async () => {
  const source = await Deno.readTextFile("lib/cli/named_reads.ts");
  const [, always] = /^const always = (.*);$/m.exec(source)!;
  assert.deepEqual(permissions.faces.read, JSON.parse(always!));
});
