import { readSettings, type Settings } from "../../lib/config.ts";
import { startServer } from "../../lib/web/server.ts";

type RunningServer = Awaited<ReturnType<typeof startServer>>;
type ServerOptions = Parameters<typeof startServer>[1];

/** A real server in a folder of its own. */
export interface TestServer extends RunningServer {
  readonly folder: string;
  readonly settings: Settings;
}

/** Starts a server on a free port with one worker. Stop it, and its folder goes. */
export async function startTestServer(
  options: ServerOptions = {},
  env: Record<string, string> = {},
): Promise<TestServer> {
  const folder = await Deno.makeTempDir({ prefix: "web-" });
  const own: Record<string, string> = {
    store: `${folder}/faces.db`,
    save_path: `${folder}/chips`,
    admin_path: `${folder}/admin`,
    port: "0",
    ...env,
  };
  const settings = readSettings({ env: (name) => own[name] });
  const server = await startServer(settings, { workers: 1, ...options });
  return {
    ...server,
    folder,
    settings,
    async stop() {
      await server.stop();
      await Deno.remove(folder, { recursive: true });
    },
  };
}
