// @ts-check
/// <reference lib="dom" />
import { call, getSession, isProblem } from "./api.js";
import {
  ask,
  byId,
  guarded,
  markField,
  moveTo,
  notice,
  on,
  setText,
  show,
  showProblem,
} from "./elements.js";
import { takePhotos } from "./photo_upload.js";
import { pathOf, UserCard } from "./user_card.js";
/** @import { Shape } from "../schemas.ts" */
/** @import { User } from "./user_card.js" */

const problemPlace = byId("problem");
const status = byId("status");
const password = byId("password", HTMLInputElement);
const newName = byId("new-name", HTMLInputElement);
const addName = byId("add-name", HTMLInputElement);
const searched = byId("search", HTMLInputElement);
const renameDialog = byId("rename-dialog", HTMLDialogElement);

/** Which page of the list is shown. */
let page = 0;
/** Name of the user who is being renamed. */
let renamed = "";

on("password-form", "submit", () => guarded(enterWithPassword, fail));
on("sign-out", "click", () => guarded(leave, fail));
on("rename-form", "submit", () => guarded(rename, fail));
on("rename-cancel", "click", () => renameDialog.close());
on("search-form", "submit", () => turnTo(0));
searched.addEventListener("input", () => turnTo(0));
on("previous", "click", () => turnTo(page - 1));
on("next", "click", () => turnTo(page + 1));
listenForNewPerson();
await guarded(async () => {
  const session = await getSession();
  if (session.admin) await showList();
  else enter("locked");
}, fail);

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
  const search = encodeURIComponent(searched.value.trim());
  /** @type {Shape<"users">} */
  const { users, total, pageSize, store } = await call(
    "GET",
    `/api/users?search=${search}&page=${page}`,
  );
  byId("users").replaceChildren(
    ...users.map((user) =>
      new UserCard(user, { rename: askName, removed, fail }).element
    ),
  );
  const people = total === 1 ? "1 person" : `${total.toLocaleString()} people`;
  const found = search === "" ? "" : " found";
  setText("count", `${people}${found}. What is kept lies in ${store}.`);
  const first = page * pageSize;
  setText(
    "shown",
    `${first + 1} to ${first + users.length} of ${total.toLocaleString()}`,
  );
  show(total > pageSize, byId("pages"));
  byId("previous", HTMLButtonElement).disabled = page === 0;
  byId("next", HTMLButtonElement).disabled = first + users.length >= total;
  show(total === 0 && search === "", byId("empty"));
  enter("open");
}

/** @param {number} wanted */
function turnTo(wanted) {
  page = wanted;
  guarded(showList, fail);
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

/** @param {string} message */
async function removed(message) {
  await showList();
  tell(message);
}

/** @param {string} message what was done; the focus goes to the heading, the list is new */
function tell(message) {
  notice(problemPlace, "");
  notice(status, message);
  moveTo(byId("title"));
}

/** @param {unknown} reason */
function fail(reason) {
  showProblem(reason);
  notice(status, "");
  if (!isProblem(reason, "admin-only")) return;
  notice(
    problemPlace,
    "The administration was closed. Enter the password again.",
  );
  lock();
}

/** @param {"locked" | "open"} state */
function enter(state) {
  byId("main").dataset.state = state;
  show(state === "locked", byId("locked"));
  show(state === "open", byId("open"), byId("sign-out"));
}
