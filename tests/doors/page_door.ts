import { readSettings } from "../../lib/config.ts";
import type { Shape } from "../../lib/web/schemas.ts";
import { startServer } from "../../lib/web/server.ts";
import { type Answer, ApiClient, type Refused } from "../web/api_client.ts";
import {
  done,
  type Door,
  type Place,
  type Said,
  said,
  settingsOf,
} from "./door.ts";

/** The page's API on a server that runs, as its administrator uses it. */
export async function openPageDoor(place: Place): Promise<Door> {
  const own = settingsOf(place);
  const settings = readSettings({ env: (name) => own[name] });
  const server = await startServer(settings, { workers: 1 });
  const client = await new ApiClient(server.url).begin();
  await client.post("api/admin/sign-in", { password: server.madePassword });
  await client.begin();
  const pathOf = (user: string) => `api/users/${encodeURIComponent(user)}`;
  const asked = ({ status, body }: Answer<Partial<Refused>>): Said =>
    status === 200 ? done : said("error", body.error!.message);
  return {
    async register(user, photo) {
      const name = photo.split("/").pop()!;
      const bytes = await Deno.readFile(`${place.folder}/${photo}`);
      const { status, body } = await client.postPhotos<
        Shape<"upload"> & Refused
      >(`${pathOf(user)}/photos`, [[name, bytes]]);
      if (status !== 200) return said("error", body.error.message);
      const { taken, advice } = body.results[0]!;
      return taken ? done : said("refused", advice);
    },
    rename: async (user, name) =>
      asked(
        await client.send(
          "PATCH",
          pathOf(user),
          JSON.stringify({ name }),
          { "content-type": "application/json" },
        ),
      ),
    remove: async (user) => asked(await client.send("DELETE", pathOf(user))),
    close: () => server.stop(),
  };
}
