// @ts-check
/// <reference lib="dom" />
import { call } from "./api.js";
import { counted, dateOf, make, show } from "./elements.js";
import { resultLine, uploadPhotos } from "./upload.js";
/** @import { UserDetails, UserList } from "./shapes.d.ts" */

/** @typedef {UserList["users"][number]} User */

/**
 * What the page does with a user when asked to.
 *
 * @typedef {object} UserActions
 * @property {(user: User) => void} rename
 * @property {(user: User) => void} remove
 * @property {(reason: unknown) => void} fail
 */

/** One registered person: what is kept, and what can be done about it. */
export class UserCard {
  #chips = make("ul", { className: "chips", hidden: true });
  #results = make("ul", { className: "results", hidden: true });
  #state = make("p", { className: "hint" });
  #photos = make("button", { type: "button", textContent: "Photos" });
  #facts = make("p", { className: "faint" });

  /**
   * @param {User} user
   * @param {UserActions} actions
   */
  constructor(user, actions) {
    this.user = user;
    this.actions = actions;
    this.path = `/api/users/${encodeURIComponent(user.name)}`;
    this.#state.setAttribute("role", "status");
    this.#photos.setAttribute("aria-expanded", "false");
    this.#photos.addEventListener("click", () => this.#toggle());
    this.element = make("li", {}, [
      make("div", { className: "user" }, [
        make("div", {}, [
          make("h2", { textContent: user.name }),
          this.#facts,
        ]),
        make("div", { className: "row" }, [
          this.#photos,
          ...this.#addPhotos(),
          this.#button("Rename", () => actions.rename(this.user)),
          make("a", {
            className: "button",
            href: `${this.path}/export`,
            download: "",
            textContent: "Export",
          }),
          this.#button("Delete", () => actions.remove(this.user)),
        ]),
      ]),
      this.#state,
      this.#results,
      this.#chips,
    ]);
    this.element.dataset.user = user.name;
    this.#tellFacts();
    for (const control of this.element.querySelectorAll("button, a, input")) {
      control.setAttribute(
        "aria-label",
        `${control.textContent || "Add photos"}: ${user.name}`,
      );
    }
  }

  #tellFacts() {
    this.#facts.replaceChildren(
      `${counted(this.user.templates, "template")}, registered `,
      dateOf(this.user.registeredAt),
    );
  }

  /**
   * @param {string} textContent
   * @param {() => void} act
   */
  #button(textContent, act) {
    const button = make("button", { type: "button", textContent });
    button.dataset.action = textContent.toLowerCase();
    button.addEventListener("click", act);
    return button;
  }

  #addPhotos() {
    const field = make("input", {
      type: "file",
      multiple: true,
      className: "visually-hidden",
      accept: "image/jpeg,image/png,image/webp",
      id: `add-${crypto.randomUUID()}`,
    });
    field.addEventListener("change", () => {
      const files = [...field.files ?? []];
      field.value = "";
      if (files.length > 0) this.#upload(files);
    });
    const label = make("label", {
      className: "button",
      htmlFor: field.id,
      textContent: "Add photos",
    });
    return [field, label];
  }

  /** @param {File[]} files */
  async #upload(files) {
    this.#results.replaceChildren();
    show(true, this.#results);
    this.#state.textContent = `Looking at ${counted(files.length, "photo")}…`;
    try {
      const taken = await uploadPhotos(
        `${this.path}/photos`,
        files,
        (result) => this.#results.append(resultLine(result)),
      );
      this.#state.textContent = `${taken} of ${
        counted(files.length, "photo")
      } added.`;
      this.user = { ...this.user, templates: this.user.templates + taken };
      this.#tellFacts();
      if (!this.#chips.hidden) await this.#load();
    } catch (reason) {
      this.#state.textContent = "";
      this.actions.fail(reason);
    }
  }

  async #toggle() {
    const open = this.#chips.hidden === true;
    try {
      if (open) await this.#load();
      show(open, this.#chips);
      this.#photos.setAttribute("aria-expanded", String(open));
    } catch (reason) {
      this.actions.fail(reason);
    }
  }

  async #load() {
    /** @type {UserDetails} */
    const { name, photos } = await call("GET", this.path);
    this.#chips.replaceChildren(...photos.map(({ photo, createdAt, chip }) => {
      const picture = chip === null
        ? make("div", { className: "no-chip", textContent: "No picture kept" })
        : make("img", {
          src: chip,
          alt: `Face of ${name} in ${photo}`,
          width: 150,
          height: 150,
          loading: "lazy",
        });
      return make("li", {}, [
        make("figure", {}, [
          picture,
          make("figcaption", {}, [photo, make("br"), dateOf(createdAt)]),
        ]),
      ]);
    }));
  }
}
