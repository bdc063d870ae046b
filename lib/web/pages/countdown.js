// @ts-check
/// <reference lib="dom" />

/** Shows the time that is left as a bar and in seconds. The server keeps the real clock. */
export class Countdown {
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #timer;

  /**
   * @param {HTMLProgressElement} bar
   * @param {HTMLElement} seconds
   */
  constructor(bar, seconds) {
    this.bar = bar;
    this.seconds = seconds;
  }

  /** @param {number} limitMs */
  start(limitMs) {
    this.stop();
    const endMs = performance.now() + limitMs;
    const show = () => {
      const leftMs = Math.max(0, endMs - performance.now());
      this.bar.value = leftMs / limitMs;
      this.seconds.textContent = `${Math.ceil(leftMs / 1000)} s`;
    };
    show();
    this.#timer = setInterval(show, 250);
  }

  stop() {
    clearInterval(this.#timer);
  }
}
