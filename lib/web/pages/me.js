// @ts-check
/// <reference lib="dom" />
import { call, getSession } from "./api.js";
import { byId, guarded, notice, on, show, showProblem } from "./elements.js";
import { UserCard } from "./user_card.js";
/** @import { Shape } from "../schemas.ts" */

on("leave", "click", () => guarded(() => leave(false)));
on("leave-everywhere", "click", () => guarded(() => leave(true)));
await guarded(showOwn);

async function showOwn() {
  const { user } = await getSession();
  show(user === null, byId("signed-out"));
  show(user !== null, byId("mine"));
  byId("main").dataset.state = user === null ? "signed-out" : "mine";
  if (user === null) return byId("users").replaceChildren();
  /** @type {Shape<"user">} */
  const { name, photos } = await call("GET", "/api/me");
  const dates = photos.map(({ createdAt }) => createdAt).sort();
  const own = {
    name,
    templates: photos.length,
    registeredAt: dates[0] ?? "",
  };
  const card = new UserCard(own, { removed, fail: showProblem }, "/api/me");
  byId("users").replaceChildren(card.element);
}

/** @param {string} message */
async function removed(message) {
  await showOwn();
  notice(byId("status"), message);
}

/** @param {boolean} everywhere */
async function leave(everywhere) {
  await call("POST", "/api/sign-out", { everywhere });
  await removed(
    everywhere ? "You are signed out everywhere." : "You are signed out.",
  );
}
