// @ts-check
/// <reference lib="dom" />
import { call, deleteOnLeaving, getSession, Problem } from "./api.js";
import { byId, counted, markField, moveTo, notice, show } from "./elements.js";
import { GuidedCapture } from "./guided_capture.js";
import { takeFiles } from "./drop_zone.js";
import { resultLine, uploadPhotos } from "./upload.js";
/** @import { Registered, Registration } from "./shapes.d.ts" */

const main = byId("main", HTMLElement);
const consentStep = byId("step-consent", HTMLElement);
const photosStep = byId("step-photos", HTMLElement);
const doneStep = byId("step-done", HTMLElement);
const problemPlace = byId("problem", HTMLElement);
const name = byId("name", HTMLInputElement);
const consent = byId("consent", HTMLInputElement);
const finishButton = byId("finish", HTMLButtonElement);
const files = byId("files", HTMLInputElement);
const results = byId("results", HTMLUListElement);
const uploadState = byId("upload-state", HTMLElement);

/** Refusals after which the server holds no registration any more. */
const over = ["no-registration", "duplicate-face", "name-not-available"];

/** @type {Registration | null} */
let registration = null;
/** @type {GuidedCapture | null} */
let capture = null;
let uploaded = 0;

await begin();

async function begin() {
  try {
    const session = await getSession();
    if (!session.registrationOpen) {
      show(true, byId("closed", HTMLElement));
      main.dataset.state = "closed";
      return;
    }
    capture = new GuidedCapture(session.longestFramePx, {
      onRunning: (running) => show(!running, byId("upload", HTMLElement)),
      onKept: offerFinish,
      onComplete: finish,
      onProblem: fail,
    });
    listen();
    enter("consent");
  } catch (reason) {
    fail(reason);
  }
}

function listen() {
  byId("consent-form", HTMLFormElement).addEventListener("submit", (event) => {
    event.preventDefault();
    openRegistration();
  });
  takeFiles(
    byId("drop", HTMLElement),
    files,
    upload,
  );
  finishButton.addEventListener("click", finish);
  byId("cancel", HTMLButtonElement).addEventListener("click", cancel);
  addEventListener("pagehide", () => {
    if (registration !== null) deleteOnLeaving(pathOf(registration));
    registration = null;
  });
  // A page that comes back from the browser's memory has lost its registration.
  addEventListener("pageshow", (event) => {
    if ("persisted" in event && event.persisted) location.reload();
  });
}

async function openRegistration() {
  notice(problemPlace, "");
  markField(consent, consent.checked ? "" : "Without it, nothing may be kept.");
  const wanted = name.value.trim();
  markField(name, wanted === "" ? "Enter a name." : "");
  if (wanted === "" || !consent.checked) return;
  try {
    registration = await call("POST", "/api/registrations", {
      name: wanted,
      consent: true,
    });
  } catch (reason) {
    const aboutName = reason instanceof Problem &&
      ["name-not-available", "usage"].includes(reason.kind);
    if (aboutName) return markField(name, reason.message);
    return fail(reason);
  }
  if (registration === null) return;
  uploaded = 0;
  results.replaceChildren();
  uploadState.textContent = "";
  byId("who", HTMLElement).textContent = registration.name;
  capture?.prepare(pathOf(registration), registration.poses);
  offerFinish();
  enter("photos");
  moveTo(byId("photos-title", HTMLElement));
}

/** @param {File[]} photos */
async function upload(photos) {
  if (registration === null) return;
  notice(problemPlace, "");
  main.dataset.state = "uploading";
  files.disabled = true;
  uploadState.textContent = `Looking at ${counted(photos.length, "photo")}…`;
  try {
    const taken = await uploadPhotos(
      `${pathOf(registration)}/photos`,
      photos,
      (result, done) => {
        results.append(resultLine(result));
        uploadState.textContent = `Looked at ${done} of ${photos.length}…`;
      },
    );
    uploaded += taken;
    uploadState.textContent = `${taken} of ${
      counted(photos.length, "photo")
    } taken.`;
    main.dataset.state = "photos";
  } catch (reason) {
    uploadState.textContent = "";
    fail(reason);
  }
  files.disabled = false;
  offerFinish();
}

function offerFinish() {
  show(uploaded + (capture?.kept ?? 0) > 0, finishButton);
}

async function finish() {
  if (registration === null) return;
  capture?.stop();
  finishButton.disabled = true;
  main.dataset.state = "finishing";
  try {
    /** @type {Registered} */
    const { user, templates } = await call(
      "POST",
      `${pathOf(registration)}/finish`,
      {},
    );
    registration = null;
    byId("done-title", HTMLElement).textContent = `${user} is registered`;
    byId("done-text", HTMLElement).textContent = `${
      counted(templates, "picture")
    } will be compared with the camera when you sign in.`;
    enter("done");
    moveTo(byId("done-title", HTMLElement));
  } catch (reason) {
    fail(reason);
  } finally {
    finishButton.disabled = false;
  }
}

async function cancel() {
  capture?.stop();
  if (registration === null) return;
  const path = pathOf(registration);
  registration = null;
  enter("consent");
  name.focus();
  try {
    await call("DELETE", path);
  } catch (reason) {
    const gone = reason instanceof Problem && reason.kind === "no-registration";
    if (!gone) fail(reason);
  }
}

/**
 * Shows what went wrong in place; a registration that is over begins again.
 *
 * @param {unknown} reason
 */
function fail(reason) {
  if (!(reason instanceof Problem)) throw reason;
  notice(problemPlace, reason.message);
  problemPlace.scrollIntoView({ block: "nearest" });
  if (over.includes(reason.kind)) {
    registration = null;
    enter("consent");
  } else if (["uploading", "finishing"].includes(main.dataset.state ?? "")) {
    main.dataset.state = "photos";
  }
}

/** @param {Registration} opened */
function pathOf({ id }) {
  return `/api/registrations/${encodeURIComponent(id)}`;
}

/** @param {"consent" | "photos" | "done"} step */
function enter(step) {
  main.dataset.state = step;
  show(step === "consent", consentStep);
  show(step === "photos", photosStep);
  show(step === "done", doneStep);
}
