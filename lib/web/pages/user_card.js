// @ts-check
/// <reference lib="dom" />
import { call } from "./api.js";
import { ask, byId, dateOf, guarded, setText, show } from "./elements.js";
import { takePhotos } from "./photo_upload.js";
import { counted } from "./words.js";
/** @import { Shape } from "../schemas.ts" */

/** @typedef {Shape<"users">["users"][number]} User */

/**
 * What the page does when something about a user changed or went wrong.
 *
 * @typedef {object} UserActions
 * @property {(user: User) => void} [rename] asked for; missing where nobody may
 * @property {(message: string) => unknown} removed all of it, as the message says
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
   * @param {string} [path] where the API serves the person's data
   */
  constructor(user, actions, path = pathOf(user.name)) {
    this.user = user;
    this.actions = actions;
    this.path = path;
    this.element = fromTemplate("user-card");
    this.element.dataset.user = user.name;
    this.#part("name").textContent = user.name;
    this.#tellFacts();
    this.#onClick("photos", () => this.#toggle());
    this.#onClick("rename", () => actions.rename?.(this.user));
    this.#onClick("delete", () => this.#removeAll());
    show(actions.rename !== undefined, this.#part("rename"));
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
      end: (taken) => this.#changed(taken),
      fail: actions.fail,
    });
    for (const control of this.element.querySelectorAll("button, a, input")) {
      const what = control.textContent || "Add photos";
      control.setAttribute("aria-label", `${what}: ${user.name}`);
    }
  }

  /** @param {string} part */
  #part(part) {
    return partOf(this.element, part);
  }

  /**
   * @param {string} part
   * @param {() => unknown} act what it throws is shown
   */
  #onClick(part, act) {
    this.#part(part)
      .addEventListener("click", () => guarded(act, this.actions.fail));
  }

  #tellFacts() {
    this.#part("facts").replaceChildren(
      `${counted(this.user.templates, "template")}, registered `,
      dateOf(this.user.registeredAt),
    );
  }

  /** @param {number} difference in templates */
  async #changed(difference) {
    const templates = this.user.templates + difference;
    this.user = { ...this.user, templates };
    this.#tellFacts();
    if (!this.#part("chips").hidden) await this.#load();
  }

  async #toggle() {
    const chips = this.#part("chips");
    const open = chips.hidden === true;
    if (open) await this.#load();
    show(open, chips);
    this.#part("photos").setAttribute("aria-expanded", String(open));
  }

  async #load() {
    /** @type {Shape<"user">} */
    const { photos } = await call("GET", this.path);
    this.#part("chips").replaceChildren(
      ...photos.map((photo) => this.#photoLine(photo)),
    );
  }

  /** @param {Shape<"user">["photos"][number]} photo */
  #photoLine({ photo, createdAt, chip }) {
    const line = fromTemplate("photo");
    const image = /** @type {HTMLImageElement} */ (partOf(line, "chip"));
    show(chip !== null, image);
    show(chip === null, partOf(line, "no-chip"));
    if (chip !== null) image.src = chip;
    image.alt = `Face of ${this.user.name} in ${photo}`;
    partOf(line, "photo").textContent = photo;
    partOf(line, "date").replaceWith(dateOf(createdAt));
    const button = partOf(line, "delete-photo");
    button.setAttribute("aria-label", `Delete ${photo}`);
    const remove = async () => {
      const path = `${this.path}/photos/${encodeURIComponent(photo)}`;
      await call("DELETE", path);
      await this.#changed(-1);
      this.#part("state").textContent = `${photo} was deleted.`;
    };
    button.addEventListener("click", () => guarded(remove, this.actions.fail));
    return line;
  }

  async #removeAll() {
    const { name, templates } = this.user;
    setText("delete-title", `Delete ${name}?`);
    setText("delete-count", counted(templates, "template"));
    const dialog = byId("delete-dialog", HTMLDialogElement);
    if (await ask(dialog) !== "confirm") return;
    /** @type {Shape<"removed">} */
    const removed = await call("DELETE", this.path);
    await this.actions.removed(
      `${removed.user} was deleted: ${
        counted(removed.templates, "template")
      } with their face pictures.`,
    );
  }
}

/**
 * A copy of the only element of a template of the page.
 *
 * @param {string} id
 */
function fromTemplate(id) {
  const { content } = byId(id, HTMLTemplateElement);
  return /** @type {HTMLElement} */ (
    document.importNode(content, true).firstElementChild
  );
}

/**
 * @param {HTMLElement} element
 * @param {string} part
 */
function partOf(element, part) {
  return /** @type {HTMLElement} */ (
    element.querySelector(`[data-part="${part}"]`)
  );
}
