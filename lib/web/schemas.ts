import { z } from "@hono/zod-openapi";

/** Longest side of a camera frame that the page sends, px; larger ones are refused. */
export const longestFramePx = 960;

/** Why a challenge was refused. */
export const refusals = [
  "no-face",
  "several-faces",
  "another-person",
  "too-late",
  "out-of-step",
  "too-few-frames",
  "overexposed",
  "too-bright",
  "other-light",
  "flat",
  "only-the-face",
  "too-few-turns",
  "other-movement",
  "hardly-turned",
] as const;

/** What the person should do to be seen well. */
const placings = [
  "nobody",
  "come-closer",
  "move-back",
  "to-the-middle",
  "look-straight",
] as const;

/** The captures of a guided registration, in order; left and right are the person's own. */
export const poses = ["straight", "left", "right", "up", "down"] as const;
const pose = z.enum(poses).openapi("Pose");

/** Where the largest face is, as shares of the frame's width and height, so that the page draws it at any size. */
const face = z.object({
  x: z.number(),
  y: z.number(),
  width: z.number(),
  height: z.number(),
}).openapi("Box").nullable();

const policy = z.enum(["light+motion", "motion", "off"]).openapi("LivePolicy");

/** What is shown when: rows of a moment in ms and the values then; between them they go evenly. */
const track = z.array(z.array(z.number())).openapi("Track").nullable();

/** What the last challenge of this session showed; its limits stand beside the numbers. */
const liveness = z.object({
  policy,
  /** "passed", or why it was refused. */
  verdict: z.string(),
  light: z.object({
    frames: z.number(),
    follows: z.number(),
    delayMs: z.number(),
    response: z.number(),
    relief: z.number(),
    chance: z.number(),
    neck: z.number(),
  }).nullable(),
  motion: z.object({
    frames: z.number(),
    follows: z.number(),
    delayMs: z.number(),
    turnDeg: z.number(),
  }).nullable(),
  limits: z.object({
    follows: z.number(),
    response: z.number(),
    relief: z.number(),
    neck: z.number(),
    motionFollows: z.number(),
    turnDeg: z.number(),
  }),
}).openapi("Liveness");

const name = z.string().min(1).max(200);

/** How near the nearest template was, and what it was held against. */
const signIn = z.object({
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

/** What became of one uploaded photo. */
const photoResult = z.object({
  name: z.string(),
  taken: z.boolean(),
  /** Why it was not taken, or what could be better, one sentence; may be empty. */
  advice: z.string(),
}).openapi("PhotoResult");

/** What the API takes and gives, as the OpenAPI description at /api/openapi.json shows it. */
export const schemas = {
  session: z.object({
    /** To be sent back as the header x-csrf-token with every request that changes something. */
    csrfToken: z.string(),
    admin: z.boolean(),
    /** Who signed in with it; null for nobody. */
    user: z.string().nullable(),
    /** Whether people may register themselves. */
    registrationOpen: z.boolean(),
    /** Whether anybody is registered: if not, the sign-in page points to Register. */
    anybodyRegistered: z.boolean(),
    longestFramePx: z.number(),
    /** Where the lab keeps every frame of a sign-in; null on any other server. */
    recordsTo: z.string().nullable(),
  }).openapi("Session"),

  challengeRequest: z.object({
    /** Sign in as this user only; omitted, all users are searched. */
    user: z.string().min(1).max(64).optional(),
    /** An open registration of this session that asks for it, in place of a sign-in. */
    registration: z.string().max(64).optional(),
    /** Slower and softer, for whoever asks the system for less motion. */
    gentle: z.boolean().optional(),
  }).strict().openapi("ChallengeRequest"),

  challenge: z.object({ id: z.string(), policy, timeLimitMs: z.number() })
    .openapi("Challenge"),

  frame: z.object({
    verdict: z.union([z.enum(["pending", "passed"]), z.enum(refusals)]),
    stage: z.enum(["straight", "light", "motion", "done"]),
    /** What the person should do to be seen well; null when nothing. */
    placing: z.enum(placings).nullable(),
    /** The screen's colour during the stage "light": red, green and blue in linear light; null in others. */
    light: track,
    /** Where the dot is during the stage "motion": -1 is the screen's left edge, 1 its right; null in others. */
    path: track,
    face,
    /** How many faces there are. */
    faces: z.number(),
  }).openapi("FrameAnswer"),

  signInRequest: z.object({
    /** A challenge of this session that was passed; it serves once. */
    challenge: z.string().max(64),
  }).strict().openapi("SignInRequest"),

  signIn,
  liveness,

  registrationRequest: z.object({
    name,
    /** That the person read what is kept and agrees. */
    consent: z.literal(true),
  }).strict().openapi("RegistrationRequest"),

  registration: z.object({
    id: z.string(),
    /** The name as it will be kept. */
    name: z.string(),
    poses: z.array(pose),
    /** Whether a challenge must be passed for it before pictures are taken. */
    liveFirst: z.boolean(),
    expiresInMs: z.number(),
  }).openapi("Registration"),

  capture: z.object({
    /** Whether this frame was taken for the pose that is due. */
    taken: z.boolean(),
    /** The pose that is due now; null when all are taken. */
    due: pose.nullable(),
    /** How many captures are kept so far. */
    captures: z.number(),
    face,
    /** What to do, one sentence. */
    advice: z.string(),
  }).openapi("CaptureAnswer"),

  photoResult,
  upload: z.object({ results: z.array(photoResult) }).openapi("UploadAnswer"),

  registered: z.object({ user: z.string(), templates: z.number() })
    .openapi("Registered"),

  passwordRequest: z.object({ password: name }).strict()
    .openapi("PasswordRequest"),

  signOutRequest: z.object({ everywhere: z.boolean() }).strict()
    .openapi("SignOutRequest"),

  users: z.object({
    /** What the store is called, such as ./embeddings.json. */
    store: z.string(),
    /** How many there are in all, and on one page. */
    total: z.number(),
    pageSize: z.number(),
    users: z.array(z.object({
      name: z.string(),
      templates: z.number(),
      /** ISO 8601 */
      registeredAt: z.string(),
    })),
  }).openapi("UserList"),

  user: z.object({
    name: z.string(),
    photos: z.array(z.object({
      photo: z.string(),
      createdAt: z.string(),
      /** Address of the chip's PNG; null when there is none. */
      chip: z.string().nullable(),
    })),
  }).openapi("User"),

  renameRequest: z.object({ name }).strict().openapi("RenameRequest"),

  removed: z.object({
    user: z.string(),
    templates: z.number(),
    /** Entries of the evaluation's cache. */
    cached: z.number(),
  }).openapi("Removed"),

  /** How this server decides, and how the last sign-in of this session was decided. */
  decision: z.object({
    modelId: z.string(),
    threshold: z.number(),
    /** Who chose it. */
    thresholdFrom: z.string(),
    margin: z.number(),
    last: signIn.nullable(),
    live: liveness.nullable(),
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
  }).openapi("Decision"),

  done: z.object({ ok: z.literal(true) }).openapi("Done"),

  /** Every refusal of the API. */
  problem: z.object({
    error: z.object({
      /** Stable name, such as no-challenge. */
      kind: z.string(),
      /** One sentence for a person. */
      message: z.string(),
      /** Seconds to wait before trying again, where that helps. */
      retryAfter: z.number().optional(),
    }),
  }).openapi("Problem"),
};

/** What one of the API's schemas describes: `Shape<"signIn">`. */
export type Shape<Name extends keyof typeof schemas> = z.infer<
  typeof schemas[Name]
>;
