import { readSettings } from "../../lib/config.ts";
import { reasonText } from "../../lib/people/reasons.ts";
import { registerPhotos } from "../../lib/people/register_photos.ts";
import { requireUserName } from "../../lib/people/names.ts";
import { removeUser, renameUser } from "../../lib/people/users.ts";
import { listPhotos } from "../../lib/recognize/photo_files.ts";
import { openStore } from "../../lib/store/open_store.ts";
import {
  done,
  type Door,
  type Place,
  type Said,
  said,
  saidError,
  settingsOf,
} from "./door.ts";

/** The functions that another program calls. */
export async function openLibraryDoor(place: Place): Promise<Door> {
  const own = settingsOf(place);
  const settings = readSettings({ env: (name) => own[name] });
  const { recognizer, folder } = place;
  const store = await openStore(settings, recognizer);
  const asked = async (work: Promise<unknown>): Promise<Said> =>
    await work.then(() => done, saidError);
  return {
    async register(user, photo) {
      try {
        const name = requireUserName(user);
        const files = await listPhotos(`${folder}/${photo}`, name);
        const [result] = await registerPhotos(recognizer, store, files);
        const [reason] = result!.reasons;
        return reason === undefined
          ? done
          : said("refused", reasonText(reason, result!.photo));
      } catch (error) {
        return saidError(error);
      }
    },
    rename: (user, newName) => asked(renameUser(store, user, newName)),
    remove: (user) => asked(removeUser(store, user)),
    close: () => store.close(),
  };
}
