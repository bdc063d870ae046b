// @ts-check
/// <reference lib="dom" />
import { call, getSession, Problem } from "./api.js";
import { listenForNewPerson } from "./add_person.js";
import { ask } from "./dialog.js";
import { byId, counted, markField, moveTo, notice, show } from "./elements.js";
import { UserCard } from "./user_card.js";
/** @import { Registered, Removed, UserList } from "./shapes.d.ts" */
/** @import { User } from "./user_card.js" */

const main = byId("main", HTMLElement);
const problemPlace = byId("problem", HTMLElement);
const status = byId("status", HTMLElement);
const password = byId("password", HTMLInputElement);
const newName = byId("new-name", HTMLInputElement);
const signOut = byId("sign-out", HTMLButtonElement);
const renameDialog = byId("rename-dialog", HTMLDialogElement);
const deleteDialog = byId("delete-dialog", HTMLDialogElement);

/** @type {User | null} */
let renamed = null;

await begin();

async function begin() {
  byId("password-form", HTMLFormElement).addEventListener("submit", (event) => {
    event.preventDefault();
    enterWithPassword();
  });
  listenForNewPerson(async (name) => {
    await showList();
    notice(status, `${name} can sign in now.`);
  }, fail);
  signOut.addEventListener("click", leave);
  byId("rename-form", HTMLFormElement).addEventListener("submit", (event) => {
    event.preventDefault();
    rename();
  });
  byId("rename-cancel", HTMLButtonElement).addEventListener(
    "click",
    () => renameDialog.close(),
  );
  try {
    const session = await getSession();
    if (session.admin) await showList();
    else enter("locked");
  } catch (reason) {
    fail(reason);
  }
}

async function enterWithPassword() {
  notice(problemPlace, "");
  const given = password.value;
  markField(password, given === "" ? "Enter the password." : "");
  if (given === "") return;
  try {
    await call("POST", "/api/admin/sign-in", { password: given });
    password.value = "";
    await getSession();
    await showList();
    moveTo(byId("title", HTMLElement));
  } catch (reason) {
    const aboutPassword = reason instanceof Problem &&
      ["wrong-password", "too-many-attempts"].includes(reason.kind);
    if (!aboutPassword) return fail(reason);
    markField(password, reason.message);
    password.select();
  }
}

async function leave() {
  try {
    await call("POST", "/api/admin/sign-out", {});
    await getSession();
    byId("users", HTMLElement).replaceChildren();
    notice(status, "");
    enter("locked");
    password.focus();
  } catch (reason) {
    fail(reason);
  }
}

async function showList() {
  /** @type {UserList} */
  const { users } = await call("GET", "/api/users");
  byId("users", HTMLElement).replaceChildren(
    ...users.map((user) =>
      new UserCard(user, { rename: askName, remove, fail }).element
    ),
  );
  const templates = users.reduce((sum, user) => sum + user.templates, 0);
  byId("count", HTMLElement).textContent = `${
    users.length === 1 ? "1 person" : `${users.length} people`
  }, ${
    counted(templates, "template")
  }. A template is what is kept of one photo.`;
  show(users.length > 0, byId("count", HTMLElement));
  show(users.length === 0, byId("empty", HTMLElement));
  enter("open");
}

/** @param {User} user */
function askName(user) {
  renamed = user;
  byId("rename-title", HTMLElement).textContent = `Rename ${user.name}`;
  newName.value = user.name;
  markField(newName, "");
  ask(renameDialog);
  newName.select();
}

async function rename() {
  const name = newName.value.trim();
  if (renamed === null) return;
  if (name === "") return markField(newName, "Enter a name.");
  if (name === renamed.name) return renameDialog.close();
  const before = renamed.name;
  try {
    /** @type {Registered} */
    const { user } = await call("PATCH", pathOf(before), { name });
    renameDialog.close();
    await showList();
    tell(`${before} is now called ${user}.`);
  } catch (reason) {
    const aboutName = reason instanceof Problem &&
      ["name-not-available", "usage"].includes(reason.kind);
    if (aboutName) return markField(newName, reason.message);
    renameDialog.close();
    fail(reason);
  }
}

/** @param {User} user */
async function remove({ name, templates }) {
  byId("delete-title", HTMLElement).textContent = `Delete ${name}?`;
  byId("delete-text", HTMLElement).textContent = `This removes the name, ${
    counted(templates, "template")
  } and the face pictures kept with them. It cannot be undone. ${name} can no longer sign in.`;
  if (await ask(deleteDialog) !== "confirm") return;
  try {
    /** @type {Removed} */
    const removed = await call("DELETE", pathOf(name));
    await showList();
    tell(
      `${removed.user} was deleted: ${
        counted(removed.templates, "template")
      } and ${counted(removed.chips, "face picture")} removed.`,
    );
  } catch (reason) {
    fail(reason);
  }
}

/** @param {string} message what was done; the focus goes to the heading, the list is new */
function tell(message) {
  notice(problemPlace, "");
  notice(status, message);
  moveTo(byId("title", HTMLElement));
}

/** @param {unknown} reason */
function fail(reason) {
  if (!(reason instanceof Problem)) throw reason;
  notice(status, "");
  if (reason.kind === "admin-only") {
    notice(
      problemPlace,
      "The administration was closed. Enter the password again.",
    );
    enter("locked");
    password.focus();
    return;
  }
  notice(problemPlace, reason.message);
  if (main.dataset.state === "loading") main.dataset.state = "problem";
}

/** @param {string} name */
function pathOf(name) {
  return `/api/users/${encodeURIComponent(name)}`;
}

/** @param {"locked" | "open"} state */
function enter(state) {
  main.dataset.state = state;
  show(state === "locked", byId("locked", HTMLElement));
  show(state === "open", byId("open", HTMLElement), signOut);
}
