import { euclideanDistance } from "../match/distance.ts";
import { reasonText } from "../people/reasons.ts";
import type { Capture } from "../people/register_captures.ts";
import { type Direction, directionOf, poseAdvice } from "./capture_pose.ts";
import type { FrameDescription } from "./frame_messages.ts";
import { poses } from "./schemas.ts";

type Pose = typeof poses[number];

/** How long a registration may take, ms; what it held is forgotten then. */
export const registrationTimeMs = 10 * 60_000;
/** Most registrations at once; the oldest gives way. */
const mostOpen = 200;
/** Most pictures one registration keeps. */
export const mostCaptures = 20;

/** A registration on its way: pictures lie in memory and reach the disk when it is finished. */
export interface OpenRegistration {
  readonly id: string;
  readonly session: string;
  readonly name: string;
  readonly captures: Capture[];
  /** Poses taken so far. */
  taken: number;
  straight: Direction | null;
  readonly endsAtMs: number;
}

/** What became of one camera frame. */
export interface CaptureOutcome {
  readonly taken: boolean;
  readonly due: Pose | null;
  readonly advice: string;
}

/** The registrations that are on their way. A name is held by one of them at a time. */
export class RegistrationDesk {
  readonly #open = new Map<string, OpenRegistration>();
  readonly #now: () => number;
  /** Pictures of one registration must lie closer to its first than this. */
  readonly #samePersonDistance: number;

  constructor(samePersonDistance: number, now: () => number = Date.now) {
    this.#samePersonDistance = samePersonDistance;
    this.#now = now;
  }

  get size(): number {
    return this.#open.size;
  }

  /** Opens one for a session, whose earlier one ends; null when another session is registering that name. */
  open(session: string, name: string): OpenRegistration | null {
    for (const [id, registration] of this.#open) {
      const over = this.#now() > registration.endsAtMs;
      if (over || registration.session === session) this.#open.delete(id);
      else if (registration.name === name) return null;
    }
    if (this.#open.size >= mostOpen) {
      this.#open.delete(this.#open.keys().next().value!);
    }
    const registration: OpenRegistration = {
      id: crypto.randomUUID(),
      session,
      name,
      captures: [],
      taken: 0,
      straight: null,
      endsAtMs: this.#now() + registrationTimeMs,
    };
    this.#open.set(registration.id, registration);
    return registration;
  }

  /** A session's registration; null for unknown, finished, expired and another session's alike. */
  find(id: string, session: string): OpenRegistration | null {
    const found = this.#open.get(id);
    return found?.session === session && this.#now() <= found.endsAtMs
      ? found
      : null;
  }

  /** Ends one; what it held is forgotten. */
  close({ id }: OpenRegistration): void {
    this.#open.delete(id);
  }

  /** Takes a camera frame for the pose that is due, or says what to do instead. */
  capture(
    registration: OpenRegistration,
    frame: FrameDescription,
    photoSha256: string,
  ): CaptureOutcome {
    const due = poses[registration.taken] ?? null;
    if (due === null) {
      return { taken: false, due: null, advice: "All captures are taken." };
    }
    const advice = this.#obstacle(registration, frame, due);
    if (advice !== null) return { taken: false, due, advice };
    const { chip, vector, landmarks } = frame.largest!;
    if (due === "straight") registration.straight = directionOf(landmarks);
    registration.captures.push({ name: due, photoSha256, chip, vector });
    registration.taken++;
    const next = poses[registration.taken] ?? null;
    return { taken: true, due: next, advice: "Taken." };
  }

  /** Takes an uploaded photo, or says why not; an empty text when all is well. */
  upload(
    registration: OpenRegistration,
    frame: FrameDescription,
    { name, photoSha256 }: { name: string; photoSha256: string },
  ): { taken: boolean; advice: string } {
    const refuse = (advice: string) => ({ taken: false, advice });
    if (frame.largest === null) {
      return refuse("No face found; use a photo that shows the whole face.");
    }
    if (frame.faces > 1) {
      return refuse(`${frame.faces} faces found; use a photo of one person.`);
    }
    if (registration.captures.length >= mostCaptures) {
      return refuse(`${mostCaptures} photos are enough.`);
    }
    if (registration.captures.some((kept) => kept.name === name)) {
      return refuse("A photo of this name is there already.");
    }
    const { chip, vector, issues } = frame.largest;
    if (!this.#samePerson(registration, vector)) {
      return refuse("This looks like another person than your first photo.");
    }
    registration.captures.push({ name, photoSha256, chip, vector });
    const [issue] = issues;
    const advice = issue === undefined ? "" : reasonText(issue, name);
    return { taken: true, advice };
  }

  #obstacle(
    registration: OpenRegistration,
    { faces, largest }: FrameDescription,
    due: Pose,
  ): string | null {
    if (largest === null) return "Move your face into the picture.";
    if (faces > 1) return "Only one person should be in the picture.";
    const turn = poseAdvice(
      due,
      directionOf(largest.landmarks),
      registration.straight,
    );
    if (turn !== null) return turn;
    // A turned face is what the pose asks for; light and size count in every pose.
    const issue = largest.issues.find(({ kind }) => kind !== "turned-away");
    if (issue !== undefined) return reasonText(issue, "the frame");
    return this.#samePerson(registration, largest.vector)
      ? null
      : "This looks like another person than at the first capture; begin again.";
  }

  #samePerson(
    { captures }: OpenRegistration,
    vector: Float32Array,
  ): boolean {
    const first = captures[0];
    // Written so that a vector of NaN is another person, too.
    return first === undefined ||
      euclideanDistance(first.vector, vector) < this.#samePersonDistance;
  }
}

/** "the face is too dark" as a sentence. */
export function sentence(text: string): string {
  return text === "" ? "" : `${text[0]!.toUpperCase()}${text.slice(1)}.`
    .replace(/\.\.$/, ".");
}
