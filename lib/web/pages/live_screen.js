// @ts-check
/// <reference lib="dom" />
import { byId, show } from "./elements.js";

/**
 * What is shown when: rows of a moment in ms and the values then; between them they go evenly.
 *
 * @typedef {number[][]} Track
 */

/** Words take time to be said and heard: they tell where the dot will be so much later, ms. */
const aheadMs = 700;

/** What fills the screen around the camera picture: coloured light, or a dot that moves. */
export class LiveScreen {
  #main = byId("main");
  #dot = byId("dot");
  #begunMs = 0;
  #running = 0;

  /** How long it is shown already, ms; null when nothing is. */
  get shownMs() {
    return this.#begunMs === 0 ? null : performance.now() - this.#begunMs;
  }

  /** @param {Track} light red, green and blue, linear light; the last colour stays until `stop` */
  shine(light) {
    this.#run((atMs) => {
      const color = valuesAt(light, atMs).map(encode).join(" ");
      this.#main.style.setProperty("--light", `rgb(${color})`);
    });
  }

  /**
   * @param {Track} path -1 is the left edge, 1 the right
   * @param {(place: number) => void} onMove told where the dot is going to be, again and again
   */
  move(path, onMove) {
    this.#run((atMs) => {
      const [place = 0] = valuesAt(path, atMs);
      this.#dot.style.setProperty("--place", String(place));
      const [soon = 0] = valuesAt(path, atMs + aheadMs);
      onMove(soon);
    });
    show(true, this.#dot);
  }

  stop() {
    cancelAnimationFrame(this.#running);
    this.#begunMs = 0;
    show(false, this.#dot);
    this.#main.style.removeProperty("--light");
  }

  /** @param {(atMs: number) => void} draw */
  #run(draw) {
    this.stop();
    const next = () => {
      // The clock starts with the first picture that is really drawn.
      this.#begunMs ||= performance.now();
      draw(performance.now() - this.#begunMs);
      this.#running = requestAnimationFrame(next);
    };
    this.#running = requestAnimationFrame(next);
  }
}

/**
 * The values of a moment: the server's own rule (lib/liveness/track.ts), which it weighs frames by.
 *
 * @param {Track} rows
 * @param {number} atMs
 * @returns {number[]}
 */
export function valuesAt(rows, atMs) {
  const after = rows.findIndex(([ms = 0]) => ms > atMs);
  if (after <= 0) return (rows.at(after === 0 ? 0 : -1) ?? []).slice(1);
  const [fromMs = 0, ...from] = rows[after - 1] ?? [];
  const [toMs = 0, ...to] = rows[after] ?? [];
  const share = (atMs - fromMs) / (toMs - fromMs);
  return from.map((value, i) => value + share * ((to[i] ?? value) - value));
}

/**
 * Linear light as a byte of the screen's (IEC 61966-2-1).
 *
 * @param {number} value
 */
function encode(value) {
  const share = value <= 0.0031308
    ? 12.92 * value
    : 1.055 * value ** (1 / 2.4) - 0.055;
  return (255 * share).toFixed(1);
}
