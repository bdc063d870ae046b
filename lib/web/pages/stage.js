// @ts-check
/// <reference lib="dom" />
import { Camera } from "./camera.js";
import { byId, setText, show } from "./elements.js";
import { cameraWords } from "./words.js";
/** @import { CameraTrouble } from "./camera.js" */
/** @import { Shape } from "../schemas.ts" */

/** Length of a corner mark over the box's side. */
const cornerShare = 0.22;

/** The place of the camera picture on a page: the video, the box over it, and what is wrong. */
export class Stage {
  #place = byId("stage");
  #off = byId("camera-off");
  #trouble = byId("camera-trouble");
  #overlay = byId("overlay", SVGSVGElement);
  #mark = byId("face-box", SVGPathElement);
  #video = byId("video", HTMLVideoElement);

  /** @param {number} longestFramePx */
  constructor(longestFramePx) {
    this.camera = new Camera(this.#video, longestFramePx);
    this.#video.addEventListener("resize", () => this.#fit());
    this.#video.addEventListener("loadedmetadata", () => this.#fit());
  }

  /** Turns the camera on; throws its CameraProblem. */
  async open() {
    this.tell(null);
    await this.camera.open();
    this.#place.classList.toggle("mirror", this.camera.facesPerson);
    this.#place.dataset.camera = "on";
    show(false, this.#off);
    this.#place.scrollIntoView({ block: "nearest" });
  }

  close() {
    this.camera.close();
    this.drawBox(null);
    this.#place.dataset.camera = "off";
    show(true, this.#off);
  }

  /**
   * Says what is wrong with the camera and what to do, or clears it.
   *
   * @param {CameraTrouble | null} kind
   */
  tell(kind) {
    show(kind !== null, this.#trouble);
    if (kind === null) return;
    const { title, todo } = cameraWords[kind];
    this.#trouble.dataset.kind = kind;
    setText("camera-trouble-title", title);
    setText("camera-todo", todo);
  }

  /**
   * Draws a face's box over the camera picture, as four corner marks. They lie in the same mirrored
   * element as the video, so they need no mirroring of their own.
   *
   * @param {Shape<"frame">["face"]} face null clears
   */
  drawBox(face) {
    this.#overlay.dataset.face = face === null ? "none" : "seen";
    if (face === null) return this.#mark.setAttribute("d", "");
    const { x, y, width, height } = face;
    const [right, bottom] = [x + width, y + height];
    const [dx, dy] = [width * cornerShare, height * cornerShare];
    this.#mark.setAttribute(
      "d",
      corner(x, y, dx, dy) + corner(right, y, -dx, dy) +
        corner(x, bottom, dx, -dy) + corner(right, bottom, -dx, -dy),
    );
  }

  /** Gives the stage the picture's own shape, so that nothing is cut off. */
  #fit() {
    const { videoWidth, videoHeight } = this.#video;
    if (videoWidth === 0) return;
    const shape = String(videoWidth / videoHeight);
    this.#place.style.setProperty("--shape", shape);
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
