/**
 * Every error a person may meet. Its message is one sentence that says what is wrong and mostly
 * also what to do; `remedy` says what helps against its kind of error; `exitCode` is what a task
 * exits with; `kind` is the stable name that `--json` prints.
 *
 * Exit codes: 2 the question could not be answered; the others follow BSD's sysexits.h
 * (64 usage, 65 damaged data, 66 a file is missing, 69 something needed is missing, 73 cannot write, 75 try again,
 * 76 wrong model, 78 wrong setting).
 */
export abstract class FaceSignInError extends Error {
  /** Stable name of the kind of error. */
  abstract readonly kind: string;
  /** What a task exits with. */
  abstract readonly exitCode: number;
  /** What to do, one sentence. */
  abstract readonly remedy: string;
  /** The class's name. */
  override get name(): string {
    return this.constructor.name;
  }
}

/** The command line was wrong. */
export class UsageError extends FaceSignInError {
  readonly kind = "usage";
  readonly exitCode = 64;
  readonly remedy = "Call the task with --help to see what it takes.";
}

/** A setting is unknown or malformed. */
export class SettingError extends FaceSignInError {
  readonly kind = "setting";
  readonly exitCode = 78;
  readonly remedy =
    "Change the setting in .env or the environment; .env.example names all settings and what they take.";
}

/** A photo is missing, is no picture, is damaged, or is too large to decode. */
export class PhotoError extends FaceSignInError {
  readonly kind = "photo";
  readonly exitCode = 2;
  readonly remedy = "Name an undamaged photo, as JPEG, PNG or WebP.";
  /** @param message one sentence; control characters of a file's name are written out, so that no name steers a terminal */
  constructor(message: string, options?: ErrorOptions) {
    super(printable(message), options);
  }
}

/** Text in which control characters are written out: a file's name may hold some. */
export function printable(text: string): string {
  return text.replaceAll(
    /[\p{Cc}\u2028-\u202e\u2066-\u2069]/gu,
    (each) => `\\u{${each.codePointAt(0)!.toString(16)}}`,
  );
}

/** Photos gave no genuine or no impostor pair, or contradict each other: no rate can be stated. */
export class NothingToCompareError extends FaceSignInError {
  readonly kind = "nothing-to-compare";
  readonly exitCode = 2;
  readonly remedy =
    "Give photos of two people or more, two photos of each, every photo under one name.";
}

/** A photo shows no face. */
export class NoFaceError extends FaceSignInError {
  readonly kind = "no-face";
  readonly exitCode = 2;
  readonly remedy =
    "Use a sharp photo that shows the whole face from the front.";
}

/** A sign-in photo shows more than one person. */
export class SeveralFacesError extends FaceSignInError {
  readonly kind = "several-faces";
  readonly exitCode = 2;
  readonly remedy =
    "Use a photo of one person, or take the largest face with the setting several_faces=largest.";
}

/** Nobody is registered, or not the user who was asked for. */
export class NothingRegisteredError extends FaceSignInError {
  readonly kind = "nothing-registered";
  readonly exitCode = 2;
  readonly remedy =
    "See who is registered with `deno task users list`; register photos with `deno task register`.";
}

/** The store's file cannot be understood; the message says where. */
export class StoreDamagedError extends FaceSignInError {
  readonly kind = "store-damaged";
  readonly exitCode = 65;
  readonly remedy =
    "Put a backup in its place, or remove it and register again.";
}

/** The store holds embeddings of another model, which cannot be compared. */
export class StoreModelError extends FaceSignInError {
  readonly kind = "store-model";
  readonly exitCode = 76;
  readonly remedy =
    "Set the recognizer back to that model, or embed everybody again with `deno task users reembed`.";
}

/** The store is sealed with another key, sealed and no key is set, or not sealed though a key is set. */
export class StoreKeyError extends FaceSignInError {
  readonly kind = "store-key";
  readonly exitCode = 78;
  readonly remedy =
    "Set store_key or store_key_file to the key that the store was sealed with.";
}

/** The store is sealed, and the file of its key is not there. */
export class StoreKeyMissingError extends FaceSignInError {
  readonly kind = "store-key-missing";
  readonly exitCode = 66;
  readonly remedy =
    "Put the key's file back from the copy that you keep of it; without it nothing in the store can be read.";
}

/** Another process changed or held the store at the wrong moment; trying again helps. */
export class StoreBusyError extends FaceSignInError {
  readonly kind = "store-busy";
  readonly exitCode = 75;
  readonly remedy = "Try again when the other process is done.";
}

/** The database server does not answer or does not let this program in. */
export class StoreUnreachableError extends FaceSignInError {
  readonly kind = "store-unreachable";
  readonly exitCode = 69;
  readonly remedy =
    "Start the database server and check the address in the setting store.";
}

/** A line of the audit log is not what was written. */
export class AuditBrokenError extends FaceSignInError {
  readonly kind = "audit-broken";
  readonly exitCode = 65;
  readonly remedy =
    "Compare the log with a copy kept elsewhere; find out who changed it.";
}

/** Too many sign-ins for one user failed; the message says how long to wait. */
export class TooManyAttemptsError extends FaceSignInError {
  readonly kind = "too-many-attempts";
  readonly exitCode = 75;
  readonly remedy = "Wait as long as the message says, then try again.";
  /** @param waitMs how long to wait, ms */
  constructor(message: string, readonly waitMs: number) {
    super(message);
  }
}

/** A model file is missing, or is not the one the manifest names. */
export class WeightsError extends FaceSignInError {
  readonly kind = "weights";
  readonly exitCode = 69;
  readonly remedy =
    "Run `deno install` for the built-in networks, or `deno task models facenet` for the others.";
}

/** A file cannot be written, or not where the task's permissions allow it. */
export class WriteError extends FaceSignInError {
  readonly kind = "write";
  readonly exitCode = 73;
  /** What hinders writing. */
  readonly reason: "full" | "read-only" | "other";
  /** @param options `reason` is "other" unless named */
  constructor(
    message: string,
    { reason = "other", cause }: {
      readonly reason?: WriteError["reason"];
      readonly cause?: unknown;
    } = {},
  ) {
    super(message, { cause });
    this.reason = reason;
  }
  readonly remedy =
    "Make room and check who may write there; permissions.faces.write in deno.json names what tasks may write.";
}

/** A program that a task calls is not installed. */
export class MissingToolError extends FaceSignInError {
  readonly kind = "missing-tool";
  readonly exitCode = 69;
  readonly remedy = "Install the program that the message names.";
}

/** The web server has more to do than it takes on; trying again in a second helps. */
export class ServerBusyError extends FaceSignInError {
  readonly kind = "busy";
  readonly exitCode = 75;
  readonly remedy = "Try again in a second.";
}
