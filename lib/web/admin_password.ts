import { timingSafeEqual } from "node:crypto";
import { StoreDamagedError } from "../errors.ts";
import { writeFileAtomically } from "../store/atomic_file.ts";

/** Argon2id's parameters (RFC 9106). */
interface Cost {
  /** KiB */
  readonly memory: number;
  readonly passes: number;
  readonly parallelism: number;
}

/** As OWASP's Password Storage Cheat Sheet asks for at least. */
const cost: Cost = { memory: 19 * 1024, passes: 2, parallelism: 1 };
/** The hash as it is kept, in the PHC string format. */
const written =
  /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([\w+/]+)\$([\w+/]{43})$/;
/** No letters that look alike. */
const letters = "abcdefghijkmnpqrstuvwxyz23456789";

/** The administrator's password, kept as an Argon2id hash in a file of its owner's only. */
export class AdminPassword {
  /** @param path the file */
  constructor(readonly path: string) {}

  /** Whether one was chosen or made. */
  async isSet(): Promise<boolean> {
    return await this.#read() !== null;
  }

  /** Keeps a password. @throws WriteError when the file cannot be written. */
  async set(password: string): Promise<void> {
    const salt = crypto.getRandomValues(new Uint8Array(16));
    const hash = await argon2id(password, salt, cost);
    const { memory, passes, parallelism } = cost;
    const [saltText, hashText] = [salt, hash].map((bytes) =>
      bytes.toBase64({ omitPadding: true })
    );
    const text =
      `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${saltText}$${hashText}`;
    await writeFileAtomically(this.path, `${text}\n`);
  }

  /** Makes a password of 20 letters (100 bits), keeps its hash and answers it: this once only. */
  async make(): Promise<string> {
    const bytes = crypto.getRandomValues(new Uint8Array(20));
    const text = Array.from(bytes, (byte) => letters[byte % 32]).join("");
    const password = text.match(/.{5}/g)!.join("-");
    await this.set(password);
    return password;
  }

  /** Whether this is the password; false where none is set. */
  async matches(password: string): Promise<boolean> {
    const kept = await this.#read();
    if (kept === null || password === "") return false;
    const [, memory, passes, parallelism, salt, hash] = written.exec(kept)!;
    const found = await argon2id(password, Uint8Array.fromBase64(salt!), {
      memory: Number(memory),
      passes: Number(passes),
      parallelism: Number(parallelism),
    });
    return timingSafeEqual(found, Uint8Array.fromBase64(hash!));
  }

  async #read(): Promise<string | null> {
    let text: string;
    try {
      text = (await Deno.readTextFile(this.path)).trim();
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return null;
      throw error;
    }
    if (written.test(text)) return text;
    throw new StoreDamagedError(
      `${this.path} holds no password hash; remove it and a new password is made at the next start`,
    );
  }
}

/** 32 bytes of a password, computed outside of the event loop. */
async function argon2id(
  password: string,
  nonce: Uint8Array<ArrayBuffer>,
  cost: Cost,
): Promise<Uint8Array> {
  const bytes = new TextEncoder().encode(password.normalize("NFC"));
  const key = await crypto.subtle.importKey(
    // "raw-secret": https://wicg.github.io/webcrypto-modern-algos/, which TypeScript does not know yet.
    "raw-secret" as "raw",
    bytes,
    "Argon2id",
    false,
    ["deriveBits"],
  );
  const algorithm = { name: "Argon2id", nonce, ...cost };
  return new Uint8Array(await crypto.subtle.deriveBits(algorithm, key, 256));
}
