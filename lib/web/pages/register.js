// @ts-check
/// <reference lib="dom" />
import { call, deleteOnLeaving, getSession, isProblem } from "./api.js";
import {
  byId,
  guarded,
  markField,
  moveTo,
  notice,
  on,
  setText,
  show,
  showProblem,
} from "./elements.js";
import { GuidedCapture } from "./guided_capture.js";
import { takePhotos } from "./photo_upload.js";
import { counted } from "./words.js";
/** @import { Shape } from "../schemas.ts" */

const main = byId("main");
const problemPlace = byId("problem");
const name = byId("name", HTMLInputElement);
const consent = byId("consent", HTMLInputElement);
const finishButton = byId("finish", HTMLButtonElement);
const results = byId("results");
const uploadState = byId("upload-state");

/** Refusals after which the server holds no registration any more. */
const over = ["no-registration", "duplicate-face", "name-not-available"];

/** Address of the registration that is open; null when none is. */
/** @type {string | null} */
let path = null;
let uploaded = 0;
/** @type {GuidedCapture | null} */
let capture = null;

await guarded(async () => {
  const session = await getSession();
  // The page "Your data" sends whoever signed in here for new pictures.
  const renewed = location.hash === "#renew" ? session.user : null;
  name.value = renewed ?? "";
  name.readOnly = renewed !== null;
  const open = session.registrationOpen || renewed !== null;
  show(!open, byId("closed"));
  if (open) begin(session);
  else main.dataset.state = "closed";
}, fail);

/** @param {Shape<"session">} session */
function begin({ longestFramePx }) {
  capture = new GuidedCapture(longestFramePx, {
    onRunning(running) {
      if (running) notice(problemPlace, "");
      showUpload(!running);
    },
    onKept: offerFinish,
    onComplete: finish,
    onProblem: fail,
  });
  on("consent-form", "submit", openRegistration);
  takePhotos({
    place: byId("drop"),
    field: byId("files", HTMLInputElement),
    state: uploadState,
    results,
    begin() {
      notice(problemPlace, "");
      if (path === null) return null;
      main.dataset.state = "uploading";
      return `${path}/photos`;
    },
    end(taken) {
      uploaded += taken;
      main.dataset.state = "photos";
      offerFinish();
    },
    fail,
  });
  on("finish", "click", finish);
  on("cancel", "click", cancel);
  addEventListener("pagehide", () => {
    if (path !== null) deleteOnLeaving(path);
    path = null;
  });
  // A page that comes back from the browser's memory has lost its registration.
  addEventListener("pageshow", (event) => {
    if ("persisted" in event && event.persisted) location.reload();
  });
  enter("consent");
}

async function openRegistration() {
  notice(problemPlace, "");
  const wanted = name.value.trim();
  const agreed = markField(
    consent,
    consent.checked ? "" : "Without it, nothing may be kept.",
  );
  const named = markField(name, wanted === "" ? "Enter a name." : "");
  if (!agreed || !named) return;
  const request = { name: wanted, consent: true };
  /** @type {Shape<"registration">} */
  let registration;
  try {
    registration = await call("POST", "/api/registrations", request);
  } catch (reason) {
    if (!isProblem(reason, "name-not-available", "usage")) return fail(reason);
    return markField(name, reason.message);
  }
  path = `/api/registrations/${encodeURIComponent(registration.id)}`;
  uploaded = 0;
  results.replaceChildren();
  uploadState.textContent = "";
  setText("who", registration.name);
  capture?.prepare(path, registration);
  showUpload(true);
  offerFinish();
  enter("photos");
  moveTo(byId("photos-title"));
}

/** @param {boolean} wanted whether there is room for it */
function showUpload(wanted) {
  show(wanted && capture?.ready === true, byId("upload"));
}

function offerFinish() {
  show(uploaded + (capture?.kept ?? 0) > 0, finishButton);
}

async function finish() {
  if (path === null) return;
  capture?.camera.stop();
  finishButton.disabled = true;
  main.dataset.state = "finishing";
  try {
    /** @type {Shape<"registered">} */
    const { user, templates } = await call("POST", `${path}/finish`);
    path = null;
    setText("done-title", `${user} is registered`);
    setText(
      "done-text",
      `${
        counted(templates, "picture")
      } will be compared with the camera when you sign in.`,
    );
    enter("done");
    moveTo(byId("done-title"));
  } catch (reason) {
    fail(reason);
  }
  finishButton.disabled = false;
}

async function cancel() {
  capture?.camera.stop();
  if (path === null) return;
  const cancelled = path;
  path = null;
  enter("consent");
  name.focus();
  try {
    await call("DELETE", cancelled);
  } catch (reason) {
    if (!isProblem(reason, "no-registration")) fail(reason);
  }
}

/**
 * Shows what went wrong in place; a registration that is over begins again.
 *
 * @param {unknown} reason
 */
function fail(reason) {
  showProblem(reason);
  problemPlace.scrollIntoView({ block: "nearest" });
  if (isProblem(reason, ...over)) {
    path = null;
    enter("consent");
  } else if (path !== null) main.dataset.state = "photos";
}

/** @param {"consent" | "photos" | "done"} step */
function enter(step) {
  main.dataset.state = step;
  for (const each of ["consent", "photos", "done"]) {
    show(each === step, byId(`step-${each}`));
  }
}
