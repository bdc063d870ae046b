import { createHash } from "node:crypto";
import { html, raw } from "hono/html";
import { type Figure, ink } from "./figure.ts";
import { jupyterDisplay, type Shown } from "./shown.ts";

/** One position of a figure's slider. */
interface SliderPosition {
  readonly figure: Figure;
  /** What it shows, in words. */
  readonly says: string;
}

/**
 * A figure with a slider, in a notebook's output: HTML that needs no kernel, no network and no library.
 * A page that strips scripts keeps a picture and a sentence, those of the position it starts at.
 *
 * The positions are drawn beforehand. What all of their pictures share is kept once, so draw what
 * changes last.
 *
 * @param what what the slider moves, for who cannot see it
 */
export function sliderFigure(
  what: string,
  positions: readonly SliderPosition[],
  start: number,
): Shown {
  const pictures = positions.map(({ figure }) => figure.svg);
  const says = positions.map(({ says }) => says);
  const moved = { what, start, ...sharedEnds(pictures), says };
  const values = JSON.stringify(moved).replaceAll("<", "\\u003c");
  const hash = createHash("sha256").update(values).digest("hex");
  const id = `slider-${hash.slice(0, 12)}`;
  const { width } = positions[start]!.figure;
  const still = new TextEncoder().encode(pictures[start]!).toBase64();
  const page = html`
    <div id="${id}"
      style="max-width:max-content;width:${width}px;background:${ink
        .card};color:${ink
        .text};border-radius:8px;font:14px system-ui,sans-serif"><img src="data:image/svg+xml;base64,${still}" alt="${says[
          start
        ]!}" style="display:block;max-width:100%"><p style="margin:0;padding:8px 20px 14px">${says[
          start
        ]!}</p><script>${raw(
          `(${addSlider})("${id}", ${values})`,
        )}</script></div>
  `;
  const bundle = { "text/html": String(page), "text/plain": says[start]! };
  return { [jupyterDisplay]: () => bundle };
}

/** Splits texts into what all begin with, what differs, and what all end with. */
function sharedEnds(texts: readonly string[]) {
  const [first] = texts as [string];
  const shortest = Math.min(...texts.map(({ length }) => length));
  let start = 0;
  while (
    start < shortest && texts.every((text) => text[start] === first[start])
  ) start++;
  let end = 0;
  while (
    end < shortest - start &&
    texts.every((text) => text.at(-1 - end) === first.at(-1 - end))
  ) end++;
  return {
    before: first.slice(0, start),
    changing: texts.map((text) => text.slice(start, text.length - end)),
    after: first.slice(first.length - end),
  };
}

/** Runs in the reader's page, as text: it may use nothing from outside itself. */
const addSlider = `(id, { what, start, before, changing, after, says }) => {
  const root = document.getElementById(id);
  const picture = root.querySelector("img"), words = root.querySelector("p");
  const slider = document.createElement("input");
  Object.assign(slider, { type: "range", min: 0, max: says.length - 1, value: start });
  slider.setAttribute("aria-label", what);
  slider.style.cssText = "display:block;width:calc(100% - 40px);margin:10px 20px";
  const move = () => {
    const at = slider.value;
    picture.src = "data:image/svg+xml," + encodeURIComponent(before + changing[at] + after);
    picture.alt = words.textContent = says[at];
    slider.setAttribute("aria-valuetext", says[at]);
  };
  slider.addEventListener("input", move);
  root.insertBefore(slider, words);
}`;
