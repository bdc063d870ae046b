// @ts-check
/// <reference lib="dom" />
import { call, Problem } from "./api.js";
import { sendFrames } from "./camera_run.js";
import { byId, show } from "./elements.js";
import { Countdown, StepList } from "./guidance.js";
import { LiveScreen } from "./live_screen.js";
import {
  liveSteps,
  placingWords,
  skippedWords,
  stageWords,
  turnWords,
} from "./words.js";
/** @import { Shape } from "../schemas.ts" */
/** @import { Guidance } from "./guidance.js" */
/** @import { Stage } from "./stage.js" */

/** Why a check ends when the person skips the light: there is no way in without it. */
export function lightSkipped() {
  return new Problem("light-skipped", skippedWords);
}

/** The live check on a page: what the screen shows, and what the person is told meanwhile. */
export class LiveCheck {
  #main = byId("main");
  #skip = byId("skip");
  #views = [byId("actions"), byId("clock")];
  #screen = new LiveScreen();
  #steps = new StepList(byId("actions"));
  #countdown = new Countdown(
    byId("time", HTMLProgressElement),
    byId("seconds"),
  );

  /**
   * @param {Stage} stage
   * @param {Guidance} guidance
   */
  constructor(stage, guidance) {
    this.stage = stage;
    this.guidance = guidance;
  }

  /**
   * Runs a challenge with the camera, which is on.
   *
   * @param {Shape<"challengeRequest">} asked
   * @param {AbortSignal} signal
   * @returns {Promise<{ id: string, verdict: Shape<"frame">["verdict"] }>}
   */
  async run(asked, signal) {
    /** @type {Shape<"challenge">} */
    const { id, policy, timeLimitMs } = await call(
      "POST",
      "/api/challenges",
      asked,
      signal,
    );
    const steps = liveSteps(policy);
    this.#steps.set(steps.map(({ words }) => words));
    show(true, this.#skip, ...this.#views);
    this.#countdown.start(timeLimitMs);
    /** @param {Pick<Shape<"frame">, "stage" | "placing">} answer */
    const guide = ({ stage, placing }) => {
      this.#steps.mark(steps.findIndex((step) => step.stage === stage));
      this.guidance.say(
        stage === "straight" && placing !== null
          ? placingWords[placing]
          : stageWords[stage],
      );
    };
    guide({ stage: "straight", placing: null });
    /** @param {Shape<"frame">} answer */
    const take = (answer) => {
      if (answer.verdict !== "pending") return false;
      this.stage.drawBox(answer.stage === "straight" ? answer.face : null);
      guide(answer);
      this.#showStage(answer, asked.gentle === true);
      if (answer.faces > 1) {
        this.guidance.hint("Only one face may be in the picture");
      }
      return true;
    };
    const path = () => {
      const shown = this.#screen.shownMs;
      return `/api/challenges/${encodeURIComponent(id)}/frames` +
        (shown === null ? "" : `?shownMs=${Math.round(shown)}`);
    };
    try {
      const { camera } = this.stage;
      const { verdict } = await sendFrames(camera, path, take, signal);
      return { id, verdict };
    } finally {
      this.#countdown.stop();
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
        if (aloud) this.guidance.answer(turnWords(place));
      });
    }
  }
}
