// @ts-check
/// <reference lib="dom" />

/**
 * Why there is no camera picture.
 *
 * @typedef {"insecure" | "absent" | "refused" | "busy" | "lost" | "hidden"} CameraTrouble
 */

/** The camera cannot be used, or no longer. */
export class CameraProblem extends Error {
  /** @param {CameraTrouble} kind */
  constructor(kind) {
    super(`camera ${kind}`);
    this.name = "CameraProblem";
    this.kind = kind;
  }
}

/** JPEG quality of the frames: below this, small eyes and mouths blur. */
const frameQuality = 0.9;

/** The person's camera: shows its picture in a video element and hands out frames. */
export class Camera {
  /** @type {MediaStream | null} */
  #stream = null;
  #ended = new AbortController();

  /**
   * @param {HTMLVideoElement} video
   * @param {number} longestFramePx longest side of the frames
   */
  constructor(video, longestFramePx) {
    this.video = video;
    this.longestFramePx = longestFramePx;
    addEventListener("pagehide", () => this.#lose("hidden"));
    document.addEventListener("visibilitychange", () => {
      if (document.hidden) this.#lose("hidden");
    });
    navigator.mediaDevices?.addEventListener(
      "devicechange",
      () => this.#checkDevice(),
    );
  }

  /** Aborted with a CameraProblem when the camera's picture ends before `close()`. */
  get ended() {
    return this.#ended.signal;
  }

  /** Whether the camera faces the person, whose picture is then shown as in a mirror. */
  get facesPerson() {
    const settings = this.#stream?.getVideoTracks()[0]?.getSettings();
    return settings?.facingMode !== "environment";
  }

  /**
   * Asks for the camera and shows it.
   *
   * @throws {CameraProblem}
   */
  async open() {
    if (this.#stream !== null) return;
    if (navigator.mediaDevices === undefined) {
      throw new CameraProblem("insecure");
    }
    const ended = new AbortController();
    try {
      this.#stream = await navigator.mediaDevices.getUserMedia({
        audio: false,
        video: {
          facingMode: "user",
          width: { ideal: this.longestFramePx },
          height: { ideal: this.longestFramePx * 3 / 4 },
        },
      });
    } catch (cause) {
      throw new CameraProblem(troubleOf(cause));
    }
    this.#ended = ended;
    for (const track of this.#stream.getVideoTracks()) {
      track.addEventListener("ended", () => this.#lose("lost"));
    }
    this.video.srcObject = this.#stream;
    try {
      await this.video.play();
    } catch {
      this.close();
      throw new CameraProblem("busy");
    }
  }

  /** Ends the picture and turns the camera's light off. */
  close() {
    this.#stream?.getTracks().forEach((track) => track.stop());
    this.#stream = null;
    this.video.srcObject = null;
  }

  /**
   * The picture of this moment, scaled down, not mirrored.
   *
   * @returns {Promise<Blob>} image/jpeg
   * @throws {CameraProblem}
   */
  async frame() {
    this.ended.throwIfAborted();
    const { videoWidth, videoHeight } = this.video;
    if (this.#stream === null || videoWidth === 0) {
      throw new CameraProblem("lost");
    }
    const longest = Math.max(videoWidth, videoHeight);
    const scale = Math.min(1, this.longestFramePx / longest);
    const width = Math.round(videoWidth * scale);
    const height = Math.round(videoHeight * scale);
    const canvas = new OffscreenCanvas(width, height);
    const context = canvas.getContext("2d");
    if (context === null) throw new CameraProblem("lost");
    context.drawImage(this.video, 0, 0, width, height);
    return await canvas.convertToBlob({
      type: "image/jpeg",
      quality: frameQuality,
    });
  }

  /** @param {CameraTrouble} kind */
  #lose(kind) {
    if (this.#stream === null) return;
    this.close();
    this.#ended.abort(new CameraProblem(kind));
  }

  /** Some browsers tell of an unplugged camera by the list of devices only. */
  async #checkDevice() {
    const id = this.#stream?.getVideoTracks()[0]?.getSettings().deviceId;
    if (id === undefined || id === "") return;
    const devices = await navigator.mediaDevices.enumerateDevices();
    const cameras = devices.filter(({ kind }) => kind === "videoinput");
    if (!cameras.some(({ deviceId }) => deviceId === id)) this.#lose("lost");
  }
}

/**
 * @param {unknown} cause what getUserMedia threw
 * @returns {CameraTrouble}
 */
function troubleOf(cause) {
  const name = cause instanceof Error ? cause.name : "";
  if (name === "NotAllowedError" || name === "SecurityError") return "refused";
  if (name === "NotFoundError" || name === "OverconstrainedError") {
    return "absent";
  }
  return "busy";
}
