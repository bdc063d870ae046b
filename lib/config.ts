import { parseEnv } from "node:util";
import { SettingError } from "./errors.ts";
import { didYouMean } from "./words.ts";

/** What `.env` and the environment may set, read and checked. Paths are relative to the working folder. */
export interface Settings {
  /** Folder of photos to register. */
  readonly registerPath: string;
  /** Folder that aligned chips are written to. */
  readonly savePath: string;
  /** Photo that signs in when none is named. */
  readonly signinImage: string;
  /** Whose photos lie directly in `registerPath`, and who signs in. */
  readonly user: string;
  /** Distance under which a sign-in is accepted; null means the model's own default. */
  readonly threshold: number | null;
  /** Which networks recognize: face-api's, or the proof of concept's FaceNet. */
  readonly recognizer: "faceapi" | "facenet";
  /** Which network finds faces: MTCNN as in the proof of concept, or one of face-api's. */
  readonly detector: "mtcnn" | "ssd" | "tiny";
  /** How a chip is cut: turned upright, an upright square as face-api's align(), or the bare box as facenet-pytorch. */
  readonly align: "rotate" | "box" | "crop";
  /** Border that `align=crop` adds around the box, px of the chip, both sides together. */
  readonly cropMargin: number;
  /** Smallest face MTCNN looks for first, as a share of the photo's shorter side; smaller ones count where it finds none. 0 means all from 20 px. */
  readonly minFace: number;
  /** Whether an embedding averages the chip's and its mirror image's. */
  readonly mirror: boolean;
  /** What a sign-in does with a photo of several people. */
  readonly severalFaces: "refuse" | "largest";
  /** Where users are kept: a .json file, a .db file (SQLite) or postgres://… */
  readonly store: string;
  /** Key that seals a database: 64 hexadecimal digits or base64 of 32 bytes; empty for the one in its key file. */
  readonly storeKey: string;
  /** File that holds the key, readable by its owner only; empty for NAME.db.key or ./store.key, "none" for no seal. */
  readonly storeKeyFile: string;
  /** How much further away than the nearest user the second one must be when all users are searched. */
  readonly margin: number;
  /** Name or address the web server listens on. */
  readonly host: string;
  /** Port the web server listens on; 0 for any that is free. */
  readonly port: number;
  /** File of the TLS certificate; empty for none. */
  readonly tlsCert: string;
  /** File of the certificate's key; empty for none. */
  readonly tlsKey: string;
  /** Address of a proxy before the web server, which says whom it asks for; empty for none. */
  readonly trustedProxy: string;
  /** What a sign-in on the web page asks of the camera: that the face answers the screen's light, and follows a dot. */
  readonly live: "light+motion" | "motion" | "off";
  /** Whether registering on the web page needs the same live check first, of the same person. */
  readonly liveRegistration: boolean;
  /** Who may register people on the web page. */
  readonly registration: "open" | "admin";
  /** File of the hash of the web page's administrator password. */
  readonly adminPath: string;
  /** What a program sends to read the web server's /metrics; empty for none. */
  readonly metricsToken: string;
}

/** What a sign-in may ask of the camera. */
const livePolicies = ["light+motion", "motion", "off"] as const;
export type LivePolicy = Settings["live"];

/** Settings of earlier versions, and what to write instead. */
const goneSettings: Readonly<Record<string, string>> = {
  embeddings_path:
    "the file of templates is named by store now, for instance store=./embeddings.json",
  audit_path:
    "the audit log lies in the database of the store; set store=./faces.db for one",
  attempts_path:
    "counts of failed sign-ins lie in the database of the store; set store=./faces.db for one",
};

interface Setting<T> {
  readonly key: string;
  /** Used where nothing is given. */
  readonly fallback: string;
  readonly allowed: string;
  readonly parse: (value: string) => T | undefined;
}

type SettingTable = { readonly [K in keyof Settings]: Setting<Settings[K]> };

/** Empty means the default. */
const detector = oneOf("detector", ["mtcnn", "ssd", "tiny"]);

const settingTable: SettingTable = {
  registerPath: path("register_path", "./registration_photos"),
  savePath: path("save_path", "./aligned_faces"),
  signinImage: path("signin_image", "./signin_photos/andrew_06.jpg"),
  user: {
    key: "user",
    fallback: "andrew",
    allowed: "a name of 1 to 64 letters",
    parse: userName,
  },
  threshold: {
    key: "threshold",
    fallback: "",
    allowed: "a distance between 0 and 2, or empty for the model's own",
    parse: (value) => value === "" ? null : numberBetween(value, 0.001, 2),
  },
  recognizer: oneOf("recognizer", ["faceapi", "facenet"]),
  detector: {
    ...detector,
    parse: (value) => detector.parse(value || detector.fallback),
  },
  align: oneOf("align", ["rotate", "box", "crop"]),
  cropMargin: {
    key: "crop_margin",
    fallback: "0",
    allowed: "a number of px between 0 and 80",
    parse: (value) => Number(value) === 0 ? 0 : numberBetween(value, 0, 80),
  },
  minFace: {
    key: "min_face",
    fallback: "0.1",
    allowed: "a share of the photo between 0 and 0.9",
    parse: (value) => Number(value) === 0 ? 0 : numberBetween(value, 0, 0.9),
  },
  mirror: onOrOff("mirror", "on"),
  severalFaces: oneOf("several_faces", ["refuse", "largest"]),
  store: path("store", "./embeddings.json"),
  storeKey: text("store_key", "a key"),
  storeKeyFile: text("store_key_file", "a path"),
  margin: {
    key: "margin",
    fallback: "0",
    allowed: "a distance between 0 and 1",
    parse: (value) => value === "0" ? 0 : numberBetween(value, 0, 1),
  },
  host: {
    key: "host",
    fallback: "127.0.0.1",
    allowed: "a host name or address",
    parse: (value) => /^[\w.:-]+$/.test(value) ? value : undefined,
  },
  port: {
    key: "port",
    fallback: "8000",
    allowed: "a port between 0 and 65535",
    parse: (value) =>
      /^\d+$/.test(value) && Number(value) < 65536 ? Number(value) : undefined,
  },
  tlsCert: text("tls_cert", "a path"),
  tlsKey: text("tls_key", "a path"),
  trustedProxy: text("trusted_proxy", "an address"),
  live: oneOf("live", livePolicies),
  liveRegistration: onOrOff("live_registration", "off"),
  registration: oneOf("registration", ["open", "admin"]),
  adminPath: path("admin_path", "./faces.db.admin"),
  metricsToken: text("metrics_token", "a text"),
};

/** Names of all settings as they stand in `.env`. */
const settingNames: readonly string[] = Object.values(settingTable).map((
  { key },
) => key);

/**
 * Reads all settings: the environment wins over `.env`, `.env` over the defaults.
 *
 * @param sources where they come from: `env` looks a variable up, `file` is the text of `.env`;
 * this process's environment and `./.env` unless told
 * @throws SettingError naming the setting, its value and what is allowed.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { readSettings } from "@face/sign-in";
 *
 * const settings = readSettings({ file: "store=./faces.db" });
 * assert.equal(settings.store, "./faces.db");
 * assert.equal(settings.registerPath, "./registration_photos");
 * ```
 */
export function readSettings(
  sources: {
    readonly env?: (name: string) => string | undefined;
    readonly file?: string | undefined;
  } = {
    env: (name) => Deno.env.get(name),
    file: readEnvFile(),
  },
): Settings {
  const text = sources.file ?? "";
  requireAssignments(text);
  const file: Record<string, string | undefined> = parseEnv(text);
  for (const [name, instead] of Object.entries(goneSettings)) {
    if ((sources.env?.(name) ?? file[name]) === undefined) continue;
    throw new SettingError(
      `${name} is no setting any more: ${instead}; remove ${name}.`,
    );
  }
  for (const name of Object.keys(file)) {
    if (!settingNames.includes(name)) {
      throw new SettingError(
        `.env: unknown setting ${name}=${file[name]}${
          didYouMean(name, settingNames)
        } It may hold ${settingNames.join(", ")}.`,
      );
    }
  }
  const lookUp = (key: string) => sources.env?.(key) ?? file[key];
  const entries = Object.entries(settingTable).map(([field, setting]) => {
    const given = lookUp(setting.key) ?? setting.fallback;
    return [field, parseSetting<unknown>(setting, given)];
  });
  return Object.fromEntries(entries) as Settings;
}

/** `parseEnv` passes over a line that assigns nothing, and with it what somebody meant to set. */
function requireAssignments(text: string): void {
  text.split("\n").forEach((line, i) => {
    if (line.trim() === "" || line.trim().startsWith("#")) return;
    if (line.includes("=")) return;
    throw new SettingError(
      `.env: line ${
        i + 1
      }, "${line.trim()}", has no =; write NAME=VALUE, or # before a remark.`,
    );
  });
}

/** Text of `.env` in the working folder; undefined when there is none. */
export function readEnvFile(): string | undefined {
  try {
    return Deno.readTextFileSync(".env");
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw new SettingError(
      `.env cannot be read (${(error as Error).message}); mend or remove it.`,
    );
  }
}

function parseSetting<T>(setting: Setting<T>, given: string): T {
  const value = setting.parse(given.trim());
  if (value === undefined) {
    throw new SettingError(
      `Setting ${setting.key}=${given} is not valid; it takes ${setting.allowed}.`,
    );
  }
  return value;
}

function path(key: string, fallback: string): Setting<string> {
  return {
    key,
    fallback,
    allowed: "a path",
    parse: (value) => value || undefined,
  };
}

/** A text that may be empty, which means not set. */
function text(key: string, allowed: string): Setting<string> {
  return { key, fallback: "", allowed, parse: (value) => value };
}

function oneOf<const T extends readonly string[]>(
  key: string,
  values: T,
): Setting<T[number]> {
  return {
    key,
    fallback: values[0]!,
    allowed: values.join(" or "),
    parse: (value) => values.find((each) => each === value),
  };
}

function onOrOff(key: string, fallback: "on" | "off"): Setting<boolean> {
  return {
    key,
    fallback,
    allowed: "on or off",
    parse: (value) =>
      value === "on" ? true : value === "off" ? false : undefined,
  };
}

function numberBetween(
  text: string,
  low: number,
  high: number,
): number | undefined {
  const value = Number(text);
  return value >= low && value <= high ? value : undefined;
}

/** What Windows takes for devices, whatever stands after the dot. */
export const deviceName = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

/**
 * A user's name as it is kept: trimmed, in Unicode's form NFKC, 1 to 64 characters and at most 200
 * bytes that are the name of a folder on every file system. Undefined for any other.
 */
export function userName(text: string): string | undefined {
  const name = text.normalize("NFKC").trim();
  const safe = /^[\p{L}\p{N}][\p{L}\p{M}\p{N} ._'-]{0,63}$/u.test(name) &&
    !/\.\.|[. ]$/.test(name) && !deviceName.test(name) &&
    new TextEncoder().encode(name).length <= 200;
  return safe ? name : undefined;
}
