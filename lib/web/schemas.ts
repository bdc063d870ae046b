import { z } from "@hono/zod-openapi";

/** What the API takes and gives, as the OpenAPI description at /api/openapi.json shows it. */

/** Longest side of a camera frame that the page sends, px; larger ones are refused. */
export const longestFramePx = 960;

/** A box as shares of the frame's width and height, so that the page draws it at any size. */
const box = z.object({
  x: z.number(),
  y: z.number(),
  width: z.number(),
  height: z.number(),
}).openapi("Box");

/** The face seen in a frame. */
export const seenFace = z.object({
  box,
  /** What a person could do better, worst first; empty when nothing. */
  advice: z.array(z.string()),
}).openapi("SeenFace");

export const sessionState = z.object({
  /** To be sent back as the header x-csrf-token with every request that changes something. */
  csrfToken: z.string(),
  admin: z.boolean(),
  /** Whether people may register themselves. */
  registrationOpen: z.boolean(),
  /** Whether anybody is registered: if not, the sign-in page points to Register. */
  anybodyRegistered: z.boolean(),
  longestFramePx: z.number(),
}).openapi("Session");

const action = z.enum(["turn-left", "turn-right", "blink", "mouth-open"])
  .openapi("Action");

/** What a challenge asks for next; left and right are the person's own. */
const expects = z.union([
  z.enum(["look-straight", "return", "nothing"]),
  action,
]).openapi("Expects");

/** Why a challenge was refused. */
export const refusals = [
  "no-face",
  "several-faces",
  "another-person",
  "wrong-action",
  "jumped",
  "too-late",
  "looks-like-a-picture",
] as const;

export const challengeRequest = z.object({
  /** Sign in as this user only; left out, all users are searched. */
  user: z.string().min(1).max(64).optional(),
}).strict().openapi("ChallengeRequest");

export const issuedChallenge = z.object({
  id: z.string(),
  actions: z.array(action),
  timeLimitMs: z.number(),
  expects,
}).openapi("Challenge");

export const frameAnswer = z.object({
  verdict: z.union([z.enum(["pending", "passed"]), z.enum(refusals)]),
  expects,
  /** How many actions are done. */
  done: z.number(),
  /** The largest face of this frame, null when there is none. */
  face: seenFace.nullable(),
  faces: z.number(),
}).openapi("FrameAnswer");

export const signInRequest = z.object({
  /** A challenge of this session that was passed; it serves once. */
  challenge: z.string().max(64),
}).strict().openapi("SignInRequest");

/** How near the nearest template was, and what it was held against. */
export const signInAnswer = z.object({
  decision: z.enum(["accepted", "rejected"]),
  user: z.string().nullable(),
  /**
   * Distance to the nearest template; after a rejection rounded up to tenths, so that nobody can
   * feel their way to a face. Null where there was nobody to compare with.
   */
  distance: z.number().nullable(),
  threshold: z.number(),
  /** One sentence. */
  reason: z.string(),
  /** Address of the nearest template's chip; null after a rejection. */
  chip: z.string().nullable(),
}).openapi("SignIn");

/** The captures of a guided registration, in order; left and right are the person's own. */
export const poses = ["straight", "left", "right", "up", "down"] as const;
const pose = z.enum(poses).openapi("Pose");

export const registrationRequest = z.object({
  name: z.string().min(1).max(200),
  /** That the person read what is kept and agrees. */
  consent: z.literal(true),
}).strict().openapi("RegistrationRequest");

export const openedRegistration = z.object({
  id: z.string(),
  /** The name as it will be kept. */
  name: z.string(),
  poses: z.array(pose),
  expiresInMs: z.number(),
}).openapi("Registration");

export const captureAnswer = z.object({
  /** Whether this frame was taken for the pose that is due. */
  taken: z.boolean(),
  /** The pose that is due now; null when all are taken. */
  due: pose.nullable(),
  /** How many captures are kept so far. */
  captures: z.number(),
  face: seenFace.nullable(),
  /** What to do, one sentence. */
  advice: z.string(),
}).openapi("CaptureAnswer");

/** What became of one uploaded photo. */
export const photoResult = z.object({
  name: z.string(),
  taken: z.boolean(),
  /** Why it was not taken, or what could be better; may be empty. */
  advice: z.string(),
}).openapi("PhotoResult");

export const uploadAnswer = z.object({ results: z.array(photoResult) })
  .openapi("UploadAnswer");

export const registeredAnswer = z.object({
  user: z.string(),
  templates: z.number(),
}).openapi("Registered");

export const passwordRequest = z.object({
  password: z.string().min(1).max(200),
}).strict().openapi("PasswordRequest");

export const userList = z.object({
  users: z.array(z.object({
    name: z.string(),
    templates: z.number(),
    /** ISO 8601 */
    registeredAt: z.string(),
  })),
}).openapi("UserList");

export const userDetails = z.object({
  name: z.string(),
  photos: z.array(z.object({
    photo: z.string(),
    createdAt: z.string(),
    /** Address of the chip's PNG; null when there is none. */
    chip: z.string().nullable(),
  })),
}).openapi("User");

export const renameRequest = z.object({
  name: z.string().min(1).max(200),
}).strict().openapi("RenameRequest");

export const removedAnswer = z.object({
  user: z.string(),
  templates: z.number(),
  chips: z.number(),
  /** Entries of the evaluation's cache. */
  cached: z.number(),
}).openapi("Removed");

/** How this server decides, and how the last sign-in of this session was decided. */
export const decisionAnswer = z.object({
  modelId: z.string(),
  threshold: z.number(),
  /** Who chose it. */
  thresholdFrom: z.string(),
  margin: z.number(),
  last: signInAnswer.nullable(),
  /** What `deno task evaluate` last measured; null when it was not run for this model. */
  evaluation: z.object({
    measuredAt: z.string(),
    photos: z.number(),
    people: z.number(),
    genuinePairs: z.number(),
    impostorPairs: z.number(),
    /** Shares at the threshold above. */
    fmr: z.number(),
    fnmr: z.number(),
    eer: z.number(),
  }).nullable(),
}).openapi("Decision");

export const done = z.object({ ok: z.literal(true) }).openapi("Done");

/** Every refusal of the API. */
export const problem = z.object({
  error: z.object({
    /** Stable name, such as no-challenge. */
    kind: z.string(),
    /** One sentence for a person. */
    message: z.string(),
    /** Seconds to wait before trying again, where that helps. */
    retryAfter: z.number().optional(),
  }),
}).openapi("Problem");
