// @ts-check
/// <reference lib="dom" />
import { makeSvg } from "./elements.js";
/** @import { SeenFace } from "./shapes.d.ts" */

/** Length of a corner mark over the box's side. */
const cornerShare = 0.22;

/**
 * The face's box over the camera picture, as four corner marks. It lies in the same mirrored
 * element as the video, so it needs no mirroring of its own.
 */
export class FaceOverlay {
  #size = { width: 4, height: 3 };

  /** @param {SVGSVGElement} svg */
  constructor(svg) {
    this.svg = svg;
    this.mark = svg.appendChild(makeSvg("path", { class: "face-box" }));
    this.clear();
  }

  /**
   * @param {number} width of the picture, px
   * @param {number} height
   */
  resize(width, height) {
    this.#size = { width, height };
    this.svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  }

  /** @param {SeenFace | null} face null clears */
  draw(face) {
    if (face === null) return this.clear();
    const { width, height } = this.#size;
    const left = face.box.x * width;
    const top = face.box.y * height;
    const right = left + face.box.width * width;
    const bottom = top + face.box.height * height;
    const dx = (right - left) * cornerShare;
    const dy = (bottom - top) * cornerShare;
    this.mark.setAttribute(
      "d",
      corner(left, top, dx, dy) + corner(right, top, -dx, dy) +
        corner(left, bottom, dx, -dy) + corner(right, bottom, -dx, -dy),
    );
    this.svg.dataset.face = "seen";
  }

  clear() {
    this.mark.setAttribute("d", "");
    this.svg.dataset.face = "none";
  }
}

/**
 * @param {number} x
 * @param {number} y
 * @param {number} dx along the level edge
 * @param {number} dy along the upright edge
 */
function corner(x, y, dx, dy) {
  return `M${x + dx} ${y}L${x} ${y}L${x} ${y + dy}`;
}
