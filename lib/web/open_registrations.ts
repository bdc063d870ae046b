import { euclideanDistance } from "../match/distance.ts";
import type { FaceToRegister } from "../people/registration_rules.ts";
import { skeletonOf } from "../store/names.ts";
import { BoundedEntries } from "./bounded_entries.ts";
import {
  type Direction,
  directionOf,
  type Pose,
  poseAdvice,
} from "./capture_pose.ts";
import type { FrameDescription } from "./frame_pool.ts";
import {
  adviceOf,
  faceToRegister,
  judgement,
  type PictureFaces,
} from "./picture_faces.ts";
import { Problem } from "./problems.ts";
import type { Judgement } from "./request_bytes.ts";
import { poses, type Shape } from "./schemas.ts";

/** How long a registration may take, ms; what it held is forgotten then. */
export const registrationTimeMs = 10 * 60_000;
/** Most registrations at once, and of one client's address. */
const most = { all: 200, ofAddress: 20 };
/** Most pictures one registration keeps. */
const mostCaptures = 20;

/** Whose registration it is. */
interface Client {
  readonly session: string;
  /** The client's address. */
  readonly address: string;
}

/** A registration on its way: pictures lie in memory and reach the disk when it is finished. */
interface OpenRegistration extends Client {
  readonly id: string;
  readonly name: string;
  /** Whether its pictures take the place of all that are kept under the name. */
  readonly renews: boolean;
  readonly captures: FaceToRegister[];
  /** Embedding of the face that passed the live check; null before. */
  live: Float32Array | null;
  /** Poses taken so far. */
  taken: number;
  straight: Direction | null;
}

/** The registrations that are on their way, one of a session. A name is held by one of them at a time. */
export class OpenRegistrations {
  /** By session. */
  readonly #open: BoundedEntries<OpenRegistration>;

  /**
   * @param options `samePersonDistance`: pictures of one registration must lie closer than this to
   * the face that passed its live check, or without one to another picture of it; `liveFirst`:
   * nothing is taken before a challenge is passed
   */
  constructor(
    readonly options: {
      readonly samePersonDistance: number;
      readonly liveFirst: boolean;
    },
    now: () => number = Date.now,
  ) {
    this.#open = new BoundedEntries(
      most,
      { ttl: registrationTimeMs, now },
      "too many people are registering at this moment; try again in a few minutes",
    );
  }

  /**
   * Opens one for a session, whose earlier one ends.
   *
   * @returns null when another session is registering that name
   * @throws ServerBusyError when there are too many, all together or of this address
   */
  open(
    { session, address }: Client,
    name: string,
    renews: boolean,
  ): OpenRegistration | null {
    this.#open.delete(session);
    this.#open.purgeStale();
    const skeleton = skeletonOf(name);
    for (const other of this.#open.values()) {
      if (skeletonOf(other.name) === skeleton) return null;
    }
    const registration: OpenRegistration = {
      id: crypto.randomUUID(),
      session,
      address,
      name,
      renews,
      captures: [],
      live: null,
      taken: 0,
      straight: null,
    };
    this.#open.add(session, registration);
    return registration;
  }

  /**
   * A session's registration.
   *
   * @param toTake whether pictures are to be added to it
   * @throws Problem no-registration for unknown, finished, expired and another session's alike;
   * live-first
   */
  find(id: string, session: string, toTake = false): OpenRegistration {
    const found = this.#open.get(session);
    if (found?.id !== id) throw new Problem("no-registration");
    const early = toTake && this.options.liveFirst && found.live === null;
    if (early) throw new Problem("live-first");
    return found;
  }

  /** Ends one; what it held is forgotten. */
  close({ session }: OpenRegistration): void {
    this.#open.delete(session);
  }

  /** Takes a camera frame for the pose that is due, or says what to do instead. */
  capture(
    registration: OpenRegistration,
    picture: PictureFaces,
  ): Pick<Shape<"capture">, "taken" | "due" | "advice"> {
    const due = poses[registration.taken] ?? null;
    if (due === null) {
      return { taken: false, due, advice: "All captures are taken." };
    }
    const { frame } = picture;
    const advice = this.#obstacle(registration, frame, due);
    const face = faceToRegister(registration.name, stampedName(due), picture);
    if (advice !== null || "kind" in face) {
      return { taken: false, due, advice: advice ?? "" };
    }
    if (due === "straight") {
      registration.straight = directionOf(frame.largest!.landmarks.points);
    }
    registration.captures.push(face);
    registration.taken++;
    const next = poses[registration.taken] ?? null;
    return { taken: true, due: next, advice: "Taken." };
  }

  /** Takes an uploaded photo, or says why not. @param photo its name, unique among the captures */
  upload(
    registration: OpenRegistration,
    photo: string,
    picture: PictureFaces,
  ): Judgement {
    const { name: user, captures } = registration;
    const face = faceToRegister(user, photo, picture);
    if ("kind" in face) return judgement(photo, [face]);
    const { faceCount: faces } = face;
    if (faces > 1) return judgement(photo, [{ kind: "several-faces", faces }]);
    if (captures.some((kept) => kept.photo === photo)) {
      return judgement(photo, [{ kind: "photo-name-taken", user }]);
    }
    const refuse = (advice: string) => ({ taken: false, advice });
    if (captures.length >= mostCaptures) {
      return refuse(`${mostCaptures} photos are enough.`);
    }
    const { others, distance } = nearestOf(registration, face.vector);
    if (!(distance < this.options.samePersonDistance)) {
      const reason = { kind: "somebody-else", user, others, distance } as const;
      return judgement(photo, [{ ...reason, forced: false }]);
    }
    captures.push(face);
    return judgement(photo, [], face.issues);
  }

  #obstacle(
    registration: OpenRegistration,
    frame: FrameDescription,
    due: Pose,
  ): string | null {
    const { largest, faces } = frame;
    if (largest === null) return "Move your face into the picture.";
    if (faces > 1) return "Only one person should be in the picture.";
    const direction = directionOf(largest.landmarks.points);
    const turn = poseAdvice(due, direction, registration.straight);
    if (turn !== null) return turn;
    // A turned face is what the pose asks for; light and size count in every pose.
    const advice = adviceOf(frame);
    if (advice !== "") return advice;
    const { distance } = nearestOf(registration, largest.vector);
    // Written so that a vector of NaN is another person, too.
    return distance < this.options.samePersonDistance
      ? null
      : "This looks like another person than before; begin again.";
  }
}

/**
 * How many faces of a registration a new one is held against, and how far the nearest is; 0 for the
 * first. After a live check its face alone counts: from picture to picture a face could become
 * another person's.
 */
function nearestOf(
  { live, captures }: OpenRegistration,
  vector: Float32Array,
): { others: number; distance: number } {
  const known = live === null ? captures.map((face) => face.vector) : [live];
  const distances = known.map((each) => euclideanDistance(each, vector));
  const others = known.length;
  return { others, distance: others === 0 ? 0 : Math.min(...distances) };
}

/** A pose's capture gets a name that tells when it was taken. */
function stampedName(pose: Pose): string {
  const stamp = new Date().toISOString().slice(0, 19).replaceAll(":", "-");
  return `camera_${stamp}_${pose}`;
}
