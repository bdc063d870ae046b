/**
 * `full_disk_process.ts FOLDER json|db`: a server whose store lies in FOLDER, a small disk that fills up
 * under it, is made read-only, and is then given to a new server. Prints what it answered as JSON.
 */
import { readSettings } from "../../lib/config.ts";
import { startServer } from "../../lib/web/server.ts";
import { ApiClient, type Refused } from "./api_client.ts";
import { registerFromFiles } from "./flows.ts";

const [folder, ending] = Deno.args;
const env: Record<string, string> = {
  store: `${folder}/faces.${ending}`,
  save_path: `${folder}/chips`,
  admin_path: `${folder}/admin`,
  port: "0",
};
const settings = readSettings({ env: (name) => env[name] });
const start = () => startServer(settings, { workers: 1 });

/** Writes until there is no room left. */
function fillDisk(): void {
  using file = Deno.openSync(`${folder}/rest`, { create: true, write: true });
  for (const size of [65_536, 4096, 1]) {
    try {
      for (;;) file.writeSync(new Uint8Array(size));
    } catch {
      // There is no room for so much.
    }
  }
}

/** The server's workers may hold its files for a moment after they were ended. */
async function remount(options: string): Promise<void> {
  const args = ["-o", `remount,${options}`, folder!];
  for (let tried = 1;; tried++) {
    const { success } = await new Deno.Command("mount", { args }).output();
    if (success) return;
    if (tried === 50) throw new Error("cannot mount again");
    await new Promise((go) => setTimeout(go, 100));
  }
}

const server = await start();
const client = await new ApiClient(server.url).begin();
const andrew = (number: number) => `registration_photos/andrew_0${number}.jpg`;
const health = async () => {
  const { status, body } = await client.get<Partial<Refused>>("health");
  return [status, body.error?.kind, body.error?.message];
};
const register = (name: string, photo: string) =>
  registerFromFiles(client, name, [photo]).then(
    () => [200],
    (error) => {
      const { kind, message } = JSON.parse(error.message).error;
      return [kind, message];
    },
  );
const told: Record<string, unknown> = { before: await health() };
told.first = await register("andrew", andrew(1));
fillDisk();
told.full = await register(
  "beatriz",
  "registration_photos/beatriz/beatriz_01.jpg",
);
told.fullHealth = await health();
told.page = (await client.get("")).status;
await Deno.remove(`${folder}/rest`);
told.freed = await register(
  "beatriz",
  "registration_photos/beatriz/beatriz_01.jpg",
);
told.after = await health();
await server.stop();
await remount("ro");
told.readOnlyStart = await start().then(
  () => "started",
  ({ kind, message }) => [kind, message],
);
console.log(JSON.stringify(told).replaceAll(folder!, "FOLDER"));
