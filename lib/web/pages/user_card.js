// @ts-check
/// <reference lib="dom" />
import { call } from "./api.js";
import { byId, dateOf, make, show } from "./elements.js";
import { takePhotos } from "./photo_upload.js";
import { counted } from "./words.js";
/** @import { Shape } from "../schemas.ts" */

/** @typedef {Shape<"users">["users"][number]} User */

/**
 * What the page does with a user when asked to.
 *
 * @typedef {object} UserActions
 * @property {(user: User) => void} rename
 * @property {(user: User) => void} remove
 * @property {(reason: unknown) => void} fail
 */

/**
 * Address of a user in the API.
 *
 * @param {string} name
 */
export function pathOf(name) {
  return `/api/users/${encodeURIComponent(name)}`;
}

/** One registered person: what is kept, and what can be done about it. */
export class UserCard {
  /**
   * @param {User} user
   * @param {UserActions} actions
   */
  constructor(user, actions) {
    this.user = user;
    this.actions = actions;
    const { content } = byId("user-card", HTMLTemplateElement);
    this.element = /** @type {HTMLElement} */ (
      document.importNode(content, true).firstElementChild
    );
    this.element.dataset.user = user.name;
    this.#part("name").textContent = user.name;
    this.#tellFacts();
    this.#part("photos").addEventListener("click", () => this.#toggle());
    this.#part("rename")
      .addEventListener("click", () => actions.rename(this.user));
    this.#part("delete")
      .addEventListener("click", () => actions.remove(this.user));
    const path = pathOf(user.name);
    this.#part("export").setAttribute("href", `${path}/export`);
    takePhotos({
      place: this.element,
      field: /** @type {HTMLInputElement} */ (this.#part("add")),
      state: this.#part("state"),
      results: this.#part("results"),
      begin: () => {
        this.#part("results").replaceChildren();
        return `${path}/photos`;
      },
      end: async (taken) => {
        const templates = this.user.templates + taken;
        this.user = { ...this.user, templates };
        this.#tellFacts();
        if (!this.#part("chips").hidden) await this.#load();
      },
      fail: actions.fail,
    });
    for (const control of this.element.querySelectorAll("button, a, input")) {
      const what = control.textContent || "Add photos";
      control.setAttribute("aria-label", `${what}: ${user.name}`);
    }
  }

  /** @param {string} part */
  #part(part) {
    return /** @type {HTMLElement} */ (
      this.element.querySelector(`[data-part="${part}"]`)
    );
  }

  #tellFacts() {
    this.#part("facts").replaceChildren(
      `${counted(this.user.templates, "template")}, registered `,
      dateOf(this.user.registeredAt),
    );
  }

  async #toggle() {
    const chips = this.#part("chips");
    const open = chips.hidden === true;
    try {
      if (open) await this.#load();
      show(open, chips);
      this.#part("photos").setAttribute("aria-expanded", String(open));
    } catch (reason) {
      this.actions.fail(reason);
    }
  }

  async #load() {
    /** @type {Shape<"user">} */
    const { name, photos } = await call("GET", pathOf(this.user.name));
    this.#part("chips").replaceChildren(
      ...photos.map(({ photo, createdAt, chip }) => {
        const picture = chip === null
          ? make("div", {
            className: "no-chip",
            textContent: "No picture kept",
          })
          : make("img", {
            src: chip,
            alt: `Face of ${name} in ${photo}`,
            width: 150,
            height: 150,
            loading: "lazy",
          });
        const words = [photo, make("br"), dateOf(createdAt)];
        const caption = make("figcaption", {}, words);
        return make("li", {}, [make("figure", {}, [picture, caption])]);
      }),
    );
  }
}
