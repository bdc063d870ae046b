// @ts-check
/// <reference lib="dom" />
import { call, getSession, isProblem, Problem } from "./api.js";
import {
  ask,
  byId,
  markField,
  moveTo,
  notice,
  on,
  setText,
  show,
} from "./elements.js";
import { takePhotos } from "./photo_upload.js";
import { pathOf, UserCard } from "./user_card.js";
import { counted } from "./words.js";
/** @import { Shape } from "../schemas.ts" */
/** @import { User } from "./user_card.js" */

const main = byId("main");
const problemPlace = byId("problem");
const status = byId("status");
const password = byId("password", HTMLInputElement);
const newName = byId("new-name", HTMLInputElement);
const addName = byId("add-name", HTMLInputElement);
const renameDialog = byId("rename-dialog", HTMLDialogElement);

/** Name of the user who is being renamed. */
let renamed = "";

on("password-form", "submit", () => guarded(enterWithPassword));
on("sign-out", "click", () => guarded(leave));
on("rename-form", "submit", () => guarded(rename));
on("rename-cancel", "click", () => renameDialog.close());
listenForNewPerson();
await guarded(async () => {
  const session = await getSession();
  if (session.admin) await showList();
  else enter("locked");
});

/** @param {() => unknown} act what it throws is shown */
async function guarded(act) {
  try {
    await act();
  } catch (reason) {
    fail(reason);
  }
}

async function enterWithPassword() {
  notice(problemPlace, "");
  const given = password.value;
  if (!markField(password, given === "" ? "Enter the password." : "")) return;
  try {
    await call("POST", "/api/admin/sign-in", { password: given });
  } catch (reason) {
    if (!isProblem(reason, "wrong-password", "too-many-attempts")) throw reason;
    markField(password, reason.message);
    return password.select();
  }
  password.value = "";
  await getSession();
  await showList();
  moveTo(byId("title"));
}

async function leave() {
  await call("POST", "/api/admin/sign-out");
  await getSession();
  byId("users").replaceChildren();
  notice(status, "");
  lock();
}

function lock() {
  enter("locked");
  password.focus();
}

async function showList() {
  /** @type {Shape<"users">} */
  const { users, store } = await call("GET", "/api/users");
  byId("users").replaceChildren(
    ...users.map((user) =>
      new UserCard(user, { rename: askName, remove, fail }).element
    ),
  );
  const templates = users.reduce((sum, user) => sum + user.templates, 0);
  const people = users.length === 1 ? "1 person" : `${users.length} people`;
  setText(
    "count",
    `${people}, ${
      counted(templates, "template")
    }, kept in ${store}. A template is what is kept of one photo.`,
  );
  show(users.length > 0, byId("count"));
  show(users.length === 0, byId("empty"));
  enter("open");
}

/** The form by which an administrator adds a person from photos. */
function listenForNewPerson() {
  on("add-form", "submit", () => {});
  takePhotos({
    place: byId("add-drop"),
    field: byId("add-files", HTMLInputElement),
    state: byId("add-state"),
    results: byId("add-results"),
    begin() {
      const wanted = addName.value.trim();
      const error = wanted === "" ? "Enter the name first." : "";
      if (!markField(addName, error)) return null;
      byId("add-results").replaceChildren();
      return `${pathOf(wanted)}/photos`;
    },
    async end(taken) {
      if (taken === 0) return;
      const added = addName.value.trim();
      addName.value = "";
      await showList();
      notice(status, `${added} can sign in now.`);
    },
    fail(reason) {
      if (isProblem(reason, "usage")) markField(addName, reason.message);
      else fail(reason);
    },
  });
}

/** @param {User} user */
function askName({ name }) {
  renamed = name;
  setText("rename-title", `Rename ${name}`);
  newName.value = name;
  markField(newName, "");
  ask(renameDialog);
  newName.select();
}

async function rename() {
  const name = newName.value.trim();
  if (!markField(newName, name === "" ? "Enter a name." : "")) return;
  if (name === renamed) return renameDialog.close();
  try {
    /** @type {Shape<"registered">} */
    const { user } = await call("PATCH", pathOf(renamed), { name });
    renameDialog.close();
    await showList();
    tell(`${renamed} is now called ${user}.`);
  } catch (reason) {
    if (isProblem(reason, "name-not-available", "usage")) {
      return markField(newName, reason.message);
    }
    renameDialog.close();
    throw reason;
  }
}

/** @param {User} user */
async function remove({ name, templates }) {
  setText("delete-title", `Delete ${name}?`);
  setText(
    "delete-text",
    `This removes the name, ${
      counted(templates, "template")
    } and the face pictures kept with them. It cannot be undone. ${name} can no longer sign in.`,
  );
  const dialog = byId("delete-dialog", HTMLDialogElement);
  if (await ask(dialog) !== "confirm") return;
  await guarded(async () => {
    /** @type {Shape<"removed">} */
    const removed = await call("DELETE", pathOf(name));
    await showList();
    tell(
      `${removed.user} was deleted: ${
        counted(removed.templates, "template")
      } removed, with the face pictures.`,
    );
  });
}

/** @param {string} message what was done; the focus goes to the heading, the list is new */
function tell(message) {
  notice(problemPlace, "");
  notice(status, message);
  moveTo(byId("title"));
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
    return lock();
  }
  notice(problemPlace, reason.message);
  if (main.dataset.state === "loading") main.dataset.state = "problem";
}

/** @param {"locked" | "open"} state */
function enter(state) {
  main.dataset.state = state;
  show(state === "locked", byId("locked"));
  show(state === "open", byId("open"), byId("sign-out"));
}
