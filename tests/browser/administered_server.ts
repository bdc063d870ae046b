import { AdminPassword } from "../../lib/web/admin_password.ts";
import { ApiClient } from "../web/api_client.ts";
import { registerFromFiles } from "../web/flows.ts";
import { startTestServer, type TestServer } from "../web/running_server.ts";

/** The password of its administrator. */
export const password = "open sesame";

/** A server with one user, and a password that the test knows. */
export async function startAdministered(
  user: string,
  photo: string,
): Promise<TestServer> {
  const server = await startTestServer();
  await new AdminPassword(server.settings.adminPath).set(password);
  const client = await new ApiClient(server.url).begin();
  await registerFromFiles(client, user, [photo]);
  return server;
}
