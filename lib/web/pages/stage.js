// @ts-check
/// <reference lib="dom" />
import { Camera } from "./camera.js";
import { byId, make, show } from "./elements.js";
import { FaceOverlay } from "./overlay.js";
import { cameraWords } from "./words.js";
/** @import { CameraTrouble } from "./camera.js" */

/** The place of the camera picture on a page: the video, the box over it, and what is wrong. */
export class Stage {
  #place = byId("stage", HTMLElement);
  #off = byId("camera-off", HTMLElement);
  #trouble = byId("camera-trouble", HTMLElement);

  /** @param {number} longestFramePx */
  constructor(longestFramePx) {
    const video = byId("video", HTMLVideoElement);
    this.camera = new Camera(video, longestFramePx);
    this.overlay = new FaceOverlay(byId("overlay", SVGSVGElement));
    video.addEventListener("resize", () => this.#fit());
    video.addEventListener("loadedmetadata", () => this.#fit());
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
    this.overlay.clear();
    this.#place.dataset.camera = "off";
    show(true, this.#off);
  }

  /**
   * Says what is wrong with the camera and what to do, or clears it.
   *
   * @param {CameraTrouble | null} kind
   */
  tell(kind) {
    this.#trouble.replaceChildren();
    show(kind !== null, this.#trouble);
    if (kind === null) return;
    const { title, todo } = cameraWords[kind];
    this.#trouble.dataset.kind = kind;
    this.#trouble.append(
      make("p", { className: "title", textContent: title }),
      make("p", { textContent: todo }),
    );
  }

  /** Gives the stage the picture's own shape, so that nothing is cut off and the box fits. */
  #fit() {
    const { videoWidth, videoHeight } = this.camera.video;
    if (videoWidth === 0) return;
    this.#place.style.setProperty(
      "--shape",
      String(videoWidth / videoHeight),
    );
    this.overlay.resize(videoWidth, videoHeight);
  }
}
