// @ts-check
/// <reference lib="dom" />
import { call, getSession, Problem } from "./api.js";
import { byId, notice, on, show } from "./elements.js";
import { UserCard } from "./user_card.js";
/** @import { Shape } from "../schemas.ts" */

const main = byId("main");

on("leave", "click", () => leave(false));
on("leave-everywhere", "click", () => leave(true));
try {
  await showOwn();
} catch (reason) {
  fail(reason);
}

async function showOwn() {
  const { user } = await getSession();
  show(user === null, byId("signed-out"));
  show(user !== null, byId("mine"));
  main.dataset.state = user === null ? "signed-out" : "mine";
  if (user === null) return byId("users").replaceChildren();
  /** @type {Shape<"user">} */
  const { name, photos } = await call("GET", "/api/me");
  const dates = photos.map(({ createdAt }) => createdAt).sort();
  const own = {
    name,
    templates: photos.length,
    registeredAt: dates[0] ?? "",
  };
  const card = new UserCard(own, { removed, fail }, "/api/me");
  byId("users").replaceChildren(card.element);
}

/** @param {string} message */
async function removed(message) {
  await showOwn();
  notice(byId("status"), message);
}

/** @param {boolean} everywhere */
async function leave(everywhere) {
  try {
    await call("POST", "/api/sign-out", { everywhere });
    await removed(
      everywhere ? "You are signed out everywhere." : "You are signed out.",
    );
  } catch (reason) {
    fail(reason);
  }
}

/** @param {unknown} reason */
function fail(reason) {
  if (!(reason instanceof Problem)) throw reason;
  notice(byId("problem"), reason.message);
  if (main.dataset.state === "loading") main.dataset.state = "problem";
}
