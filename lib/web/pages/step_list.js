// @ts-check
/// <reference lib="dom" />
import { make } from "./elements.js";

/** A list of steps in order: done, due now, still to come; said in words, not by colour alone. */
export class StepList {
  /** @type {string[]} */
  #steps = [];

  /** @param {HTMLOListElement} list */
  constructor(list) {
    this.list = list;
  }

  /** @param {string[]} steps */
  set(steps) {
    this.#steps = steps;
    this.mark(0);
  }

  /**
   * @param {number} done how many are done
   * @param {boolean} [running] whether the next one is due now
   */
  mark(done, running = true) {
    this.list.replaceChildren(...this.#steps.map((step, i) => {
      const isDone = i < done;
      const item = make("li", { className: isDone ? "done" : "" }, [
        make("span", {
          className: "sign",
          ariaHidden: "true",
          textContent: isDone ? "✓" : String(i + 1),
        }),
        make("span", {}, [
          step,
          make("span", {
            className: "visually-hidden",
            textContent: isDone ? ", done" : "",
          }),
        ]),
      ]);
      if (running && i === done) item.setAttribute("aria-current", "step");
      return item;
    }));
  }
}
