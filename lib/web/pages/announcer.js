// @ts-check
/// <reference lib="dom" />

/** Shortest time between two different hints, so that they can be read and heard, ms. */
const leastHintMs = 1500;

/**
 * Words that change while the camera runs, in a live region: each sentence once, and hints no
 * faster than a screen reader can say them.
 */
export class Announcer {
  #text = "";
  #changedAtMs = -Infinity;

  /** @param {HTMLElement} region an element with aria-live */
  constructor(region) {
    this.region = region;
  }

  /** @param {string} text shown and said now, if it is new */
  say(text) {
    if (text === this.#text) return;
    this.#text = text;
    this.#changedAtMs = performance.now();
    this.region.textContent = text;
  }

  /** @param {string} text shown and said unless the last one is too recent */
  hint(text) {
    if (performance.now() - this.#changedAtMs < leastHintMs) return;
    this.say(text);
  }
}
