import { argon2id, argon2Verify } from "hash-wasm";
import { StoreDamagedError } from "../errors.ts";
import { writeFileAtomically } from "../store/atomic_file.ts";

/**
 * Argon2id's cost, as OWASP's Password Storage Cheat Sheet asks for at least: 19 MiB of memory,
 * 2 passes, 1 lane.
 */
const cost = { memorySize: 19 * 1024, iterations: 2, parallelism: 1 };
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
    const hash = await argon2id({
      password: password.normalize("NFC"),
      salt: crypto.getRandomValues(new Uint8Array(16)),
      hashLength: 32,
      outputType: "encoded",
      ...cost,
    });
    await writeFileAtomically(this.path, `${hash}\n`);
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
    const hash = await this.#read();
    if (hash === null || password === "") return false;
    return await argon2Verify({ password: password.normalize("NFC"), hash });
  }

  async #read(): Promise<string | null> {
    let text: string;
    try {
      text = (await Deno.readTextFile(this.path)).trim();
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return null;
      throw error;
    }
    if (/^\$argon2id\$[\w$=,+/-]+$/.test(text)) return text;
    throw new StoreDamagedError(
      `${this.path} holds no password hash; remove it and a new password is made at the next start`,
    );
  }
}
