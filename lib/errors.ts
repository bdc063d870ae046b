/**
 * Every error a person may meet. Its message is one sentence that says what is wrong and what to
 * do; `exitCode` is what a task exits with; `kind` is the stable name that `--json` prints.
 *
 * Exit codes: 2 the question could not be answered; the others follow BSD's sysexits.h
 * (64 usage, 65 damaged data, 69 something needed is missing, 73 cannot write, 75 try again,
 * 76 wrong model, 78 wrong setting).
 */
export abstract class FaceSignInError extends Error {
  abstract readonly kind: string;
  abstract readonly exitCode: number;
  override get name(): string {
    return this.constructor.name;
  }
}

/** The command line was wrong. */
export class UsageError extends FaceSignInError {
  readonly kind = "usage";
  readonly exitCode = 64;
}

/** A setting is unknown or malformed. */
export class SettingError extends FaceSignInError {
  readonly kind = "setting";
  readonly exitCode = 78;
}

/** A photo is missing, is no picture, is damaged, or is too large to decode. */
export class PhotoError extends FaceSignInError {
  readonly kind = "photo";
  readonly exitCode = 2;
}

/** A photo shows no face. */
export class NoFaceError extends FaceSignInError {
  readonly kind = "no-face";
  readonly exitCode = 2;
}

/** A sign-in photo shows more than one person. */
export class SeveralFacesError extends FaceSignInError {
  readonly kind = "several-faces";
  readonly exitCode = 2;
}

/** A face to register is another user's already. */
export class DuplicateFaceError extends FaceSignInError {
  readonly kind = "duplicate-face";
  readonly exitCode = 2;
}

/** Nobody is registered, or not the user who was asked for. */
export class NothingRegisteredError extends FaceSignInError {
  readonly kind = "nothing-registered";
  readonly exitCode = 2;
}

/** The store's file cannot be understood; the message says where. */
export class StoreDamagedError extends FaceSignInError {
  readonly kind = "store-damaged";
  readonly exitCode = 65;
}

/** The store holds embeddings of another model, which cannot be compared. */
export class StoreModelError extends FaceSignInError {
  readonly kind = "store-model";
  readonly exitCode = 76;
}

/** The store is sealed with another key, sealed and no key is set, or not sealed though a key is set. */
export class StoreKeyError extends FaceSignInError {
  readonly kind = "store-key";
  readonly exitCode = 78;
}

/** Another process changed or held the store at the wrong moment; trying again helps. */
export class StoreBusyError extends FaceSignInError {
  readonly kind = "store-busy";
  readonly exitCode = 75;
}

/** The database server does not answer or does not let this program in. */
export class StoreUnreachableError extends FaceSignInError {
  readonly kind = "store-unreachable";
  readonly exitCode = 69;
}

/** A line of the audit log is not what was written. */
export class AuditBrokenError extends FaceSignInError {
  readonly kind = "audit-broken";
  readonly exitCode = 65;
}

/** Too many sign-ins for one user failed; the message says how long to wait. */
export class TooManyAttemptsError extends FaceSignInError {
  readonly kind = "too-many-attempts";
  readonly exitCode = 75;
  /** @param waitMs how long to wait, ms */
  constructor(message: string, readonly waitMs: number) {
    super(message);
  }
}

/** A model file is missing, or is not the one the manifest names. */
export class WeightsError extends FaceSignInError {
  readonly kind = "weights";
  readonly exitCode = 69;
}

/** A file cannot be written, or not where the task's permissions allow it. */
export class WriteError extends FaceSignInError {
  readonly kind = "write";
  readonly exitCode = 73;
}

/** A program that a task calls is not installed. */
export class MissingToolError extends FaceSignInError {
  readonly kind = "missing-tool";
  readonly exitCode = 69;
}

/** The web server has more to do than it takes on; trying again in a second helps. */
export class ServerBusyError extends FaceSignInError {
  readonly kind = "busy";
  readonly exitCode = 75;
}
