import { runDenoTask } from "../e2e/task.ts";
import {
  done,
  type Door,
  type Place,
  type Said,
  said,
  settingsOf,
} from "./door.ts";

/** The tasks, each run as a process with its own permissions. */
export function openTaskDoor(place: Place): Promise<Door> {
  const run = async (task: string, ...args: string[]): Promise<Said> => {
    const { folder } = place;
    const ran = await runDenoTask(folder, task, args, settingsOf(place));
    if (ran.code === 0) return done;
    const refused = ran.out.match(/^ {2}refused: (.*)$/m);
    return refused === null
      ? said("error", ran.err)
      : said("refused", refused[1]!);
  };
  return Promise.resolve({
    register: (user, photo) => run("register", "--user", user, photo),
    rename: (user, newName) => run("users", "rename", user, newName),
    remove: (user) => run("users", "remove", user),
    close: () => Promise.resolve(),
  });
}
