import assert from "node:assert/strict";
import { settingNames } from "../../lib/config.ts";
import { freshFolder } from "./task.ts";

/** What a process may do, as it finds out itself. */
interface Found {
  readonly net: Deno.PermissionState;
  readonly run: Deno.PermissionState;
  readonly write: Record<string, Deno.PermissionState>;
  readonly env: Record<string, Deno.PermissionState>;
  /** How `import()` of a public address ended. */
  readonly imported: string;
}

const places = [
  ".",
  "lib",
  "registration_photos",
  "aligned_faces",
  "embeddings.json",
  "faces.db",
  "faces.db.admin",
  "evaluation",
];
const probe = `
const state = (descriptor) => Deno.permissions.querySync(descriptor).state;
const each = (names, descriptor) =>
  Object.fromEntries(names.map((name) => [name, state(descriptor(name))]));
const address = "https://esm.sh/leak";
console.log(JSON.stringify({
  net: state({ name: "net", host: "192.0.2.1:443" }),
  run: state({ name: "run" }),
  write: each(${JSON.stringify(places)}, (path) => ({ name: "write", path })),
  env: each(
    ${JSON.stringify([...settingNames, "HOME"])},
    (variable) => ({ name: "env", variable }),
  ),
  imported: await import(address).then(() => "imported", (error) => error.message),
}));
`;

const { tasks } = JSON.parse(await Deno.readTextFile("deno.json"));
const folder = await freshFolder();
await Deno.writeTextFile(`${folder}/probe.ts`, probe);
addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));

/** Runs a task's own command, permissions and all, on a program that looks at what it may do. */
async function permissionsOf(task: string): Promise<Found> {
  const command: string = tasks[task].command;
  const words = command.replace(/lib\/cli\/\w+\.ts$/, "probe.ts").split(" ");
  assert.equal(words.at(-1), "probe.ts", command);
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: words.slice(words.indexOf("deno") + 1),
    cwd: folder,
    stdin: "null",
  }).output();
  const text = new TextDecoder().decode(stdout);
  assert.notEqual(text, "", new TextDecoder().decode(stderr));
  return JSON.parse(text);
}

const mayWrite: Record<string, readonly string[]> = {
  verify: ["aligned_faces", "embeddings.json", "faces.db"],
  register: ["aligned_faces", "embeddings.json", "faces.db"],
  store: ["aligned_faces", "embeddings.json", "faces.db"],
  users: places.slice(3),
  serve: places.slice(3),
  "serve-network": places.slice(3),
  calibrate: places.slice(3),
  evaluate: ["evaluation"],
  "evaluate-liveness": ["evaluation"],
  lab: ["aligned_faces", "embeddings.json", "faces.db", "faces.db.admin"],
  audit: [],
};
for (const [task, allowed] of Object.entries(mayWrite)) {
  const written = allowed.length === 0 ? "nothing" : allowed.join(", ");
  Deno.test(`${task} may write ${written} of what lies here, read every setting, import nothing, and use no network`, async () => {
    const found = await permissionsOf(task);
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
