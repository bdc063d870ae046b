/** `deno task serve [--new-password]`: the web page. */
import "./named_reads.ts";
import { readSettings } from "../config.ts";
import { AdminPassword } from "../web/admin_password.ts";
import { startServer } from "../web/server.ts";
import { runTask, taskCommand, untilTold } from "./run_task.ts";

const serve = taskCommand(
  "serve",
  "Serves the web page: register, sign in by camera, manage users.",
  "--new-password",
)
  .option("--new-password", "make a new administrator's password and show it")
  .action(async ({ newPassword }) => {
    const settings = readSettings();
    if (newPassword) {
      const password = await new AdminPassword(settings.adminPath).make();
      console.log(passwordText(password));
      return;
    }
    const server = await startServer(settings);
    if (server.madePassword !== null) {
      console.log(passwordText(server.madePassword));
    }
    console.log(`Faces are kept in ${server.store}.`);
    if (server.notice !== null) console.log(server.notice);
    console.log(`Open ${server.url} in a browser; Ctrl+C ends.`);
    await untilTold();
    await server.stop();
    console.log("Stopped.");
  });

if (import.meta.main) await runTask(serve);

function passwordText(password: string): string {
  return `The administrator's password, shown this once: ${password}`;
}
