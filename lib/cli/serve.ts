/** `deno task serve [--new-password]`: the web page. */
import { parseArgs } from "node:util";
import { readSettings } from "../config.ts";
import { AdminPassword } from "../web/admin_password.ts";
import { startServer } from "../web/server.ts";
import { parsedOrUsage, runTask } from "./run_task.ts";

const usage = "deno task serve [--new-password]";

if (import.meta.main) await runTask(serve);

async function serve(args: string[]): Promise<number> {
  const { values } = parsedOrUsage(usage, () =>
    parseArgs({
      args,
      options: {
        "new-password": { type: "boolean" },
        help: { type: "boolean", short: "h" },
      },
    }));
  if (values.help) {
    console.log(`usage: ${usage}`);
    return 0;
  }
  const settings = readSettings();
  if (values["new-password"]) {
    const password = await new AdminPassword(settings.adminPath).make();
    console.log(passwordText(password));
    return 0;
  }
  const server = await startServer(settings);
  if (server.madePassword !== null) {
    console.log(passwordText(server.madePassword));
  }
  console.log(`Faces are kept in ${server.store}.`);
  console.log(`Open ${server.url} in a browser; Ctrl+C ends.`);
  await untilTold();
  await server.stop();
  console.log("Stopped.");
  return 0;
}

function passwordText(password: string): string {
  return `The administrator's password, shown this once: ${password}`;
}

/** Resolves when the process is asked to end. */
function untilTold(): Promise<void> {
  return new Promise((resolve) => {
    Deno.addSignalListener("SIGINT", () => resolve());
    if (Deno.build.os !== "windows") {
      Deno.addSignalListener("SIGTERM", () => resolve());
    }
  });
}
