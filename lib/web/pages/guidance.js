// @ts-check
/// <reference lib="dom" />
import { byId, make, moveTo, setText, stepLine } from "./elements.js";

/** Shortest time between two different hints, so that they can be read and heard, ms. */
const leastHintMs = 1500;

/** What the person is told while the camera runs: an arrow, a sentence, and a hint below it. */
export class Guidance {
  #arrow = byId("arrow");
  #words = byId("guidance");
  #hint = byId("hint");
  #hintedAtMs = -Infinity;

  /** @param {string} text the first sentence, where the screen reader's place moves to */
  begin(text) {
    this.say(text);
    this.answer("");
    moveTo(this.#words);
  }

  /**
   * Says what to do. Each sentence is said aloud once, however often it is given.
   *
   * @param {string} text
   * @param {string} [arrow]
   */
  say(text, arrow = "") {
    this.#arrow.textContent = arrow;
    if (this.#words.textContent !== text) this.#words.textContent = text;
  }

  /** @param {string} text shown and said at once, such as praise */
  answer(text) {
    if (this.#hint.textContent === text) return;
    this.#hint.textContent = text;
    this.#hintedAtMs = performance.now();
  }

  /** @param {string} text shown and said unless the last hint is too recent */
  hint(text) {
    if (performance.now() - this.#hintedAtMs >= leastHintMs) this.answer(text);
  }
}

/** A list of steps in order: done, due now, still to come; said in words, not by colour alone. */
export class StepList {
  /** @type {string[]} */
  #steps = [];

  /** @param {HTMLElement} list an ol */
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
      const item = stepLine(i < done ? "✓" : String(i + 1), [
        step,
        ...(i < done ? [make("span", hiddenDone)] : []),
      ]);
      if (i < done) item.className = "done";
      if (running && i === done) item.setAttribute("aria-current", "step");
      return item;
    }));
  }
}

const hiddenDone = { className: "visually-hidden", textContent: ", done" };

/**
 * Shows the time that is left as a bar and in seconds. The server keeps the real clock.
 *
 * @param {number} limitMs
 * @returns the interval to clear at the end
 */
export function startCountdown(limitMs) {
  const endMs = performance.now() + limitMs;
  const show = () => {
    const leftMs = Math.max(0, endMs - performance.now());
    byId("time", HTMLProgressElement).value = leftMs / limitMs;
    setText("seconds", `${Math.ceil(leftMs / 1000)} s`);
  };
  show();
  return setInterval(show, 250);
}
