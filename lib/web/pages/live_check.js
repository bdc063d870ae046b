// @ts-check
/// <reference lib="dom" />
import { call } from "./api.js";
import { byId, show } from "./elements.js";
import { startCountdown, StepList } from "./guidance.js";
import { LiveScreen } from "./live_screen.js";
import { liveSteps, placingWords, stageWords, turnWords } from "./words.js";
/** @import { Shape } from "../schemas.ts" */
/** @import { CameraRun } from "./camera_run.js" */

/** The live check on a page: what the screen shows, and what the person is told meanwhile. */
export class LiveCheck {
  #main = byId("main");
  #skip = byId("skip");
  #views = [byId("actions"), byId("clock")];
  #screen = new LiveScreen();
  #steps = new StepList(byId("actions"));

  /** @param {CameraRun} camera */
  constructor(camera) {
    this.camera = camera;
  }

  /**
   * Runs a challenge with the camera, which is on.
   *
   * @param {Shape<"challengeRequest">} asked
   * @returns {Promise<{ id: string, verdict: Shape<"frame">["verdict"] }>}
   */
  async run(asked) {
    const { camera, camera: { guidance, stage } } = this;
    /** @type {Shape<"challenge">} */
    const { id, policy, timeLimitMs } = await call(
      "POST",
      "/api/challenges",
      asked,
      camera.signal,
    );
    const steps = liveSteps(policy);
    this.#steps.set(steps.map(({ words }) => words));
    show(true, this.#skip, ...this.#views);
    const countdown = startCountdown(timeLimitMs);
    /** @param {Pick<Shape<"frame">, "stage" | "placing">} answer */
    const guide = ({ stage: due, placing }) => {
      this.#steps.mark(steps.findIndex(({ stage }) => stage === due));
      guidance.say(
        due === "straight" && placing !== null
          ? placingWords[placing]
          : stageWords[due],
      );
    };
    guide({ stage: "straight", placing: null });
    /** @param {Shape<"frame">} answer */
    const take = (answer) => {
      if (answer.verdict !== "pending") return false;
      stage.drawBox(answer.stage === "straight" ? answer.face : null);
      guide(answer);
      this.#showStage(answer, asked.gentle === true);
      if (answer.faces > 1) {
        guidance.hint("Only one face may be in the picture");
      }
      return true;
    };
    const path = () => {
      const shown = this.#screen.shownMs;
      return `/api/challenges/${encodeURIComponent(id)}/frames` +
        (shown === null ? "" : `?shownMs=${Math.round(shown)}`);
    };
    try {
      return { id, verdict: (await camera.send(path, take)).verdict };
    } finally {
      clearInterval(countdown);
      this.#screen.stop();
      show(false, this.#skip, ...this.#views);
      delete this.#main.dataset.expects;
    }
  }

  /**
   * Shows what the stage asks for, from its first answer on.
   *
   * @param {Shape<"frame">} answer
   * @param {boolean} aloud whether each turn is said, for which the usual pace is too quick
   */
  #showStage({ stage, light, path }, aloud) {
    if (this.#main.dataset.expects === stage) return;
    this.#main.dataset.expects = stage;
    show(stage !== "motion", this.#skip);
    if (light !== null) this.#screen.shine(light);
    if (path !== null) {
      this.#screen.move(path, (place) => {
        if (aloud) this.camera.guidance.answer(turnWords(place));
      });
    }
  }
}
