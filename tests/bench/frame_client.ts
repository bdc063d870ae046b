import { cookieName } from "../../lib/web/routes/session_routes.ts";

/** What became of one frame. */
export interface SentFrame {
  readonly status: number;
  readonly ms: number;
  /** Seconds to wait that a busy server named; 0 otherwise. */
  readonly retryAfter: number;
}

/**
 * Sends frames to a server as the sign-in page does, with a session and a challenge of its own,
 * for measuring. A challenge that is decided is followed by another.
 */
export class FrameClient {
  #cookie = "";
  #token = "";
  #challenge = "";

  /** @param url the server's address, with a slash at its end */
  constructor(readonly url: string) {}

  /** Opens a session and a challenge. */
  async begin(): Promise<void> {
    const response = await fetch(`${this.url}api/session`);
    this.#cookie = response.headers.getSetCookie()
      .find((cookie) => cookie.startsWith(`${cookieName}=`))!.split(";")[0]!;
    this.#token = (await response.json()).csrfToken;
    await this.#open();
  }

  /** Sends one frame. */
  async send(bytes: Uint8Array<ArrayBuffer>): Promise<SentFrame> {
    const start = performance.now();
    const response = await this.#post(
      `api/challenges/${this.#challenge}/frames`,
      "image/jpeg",
      bytes,
    );
    const body = await response.json();
    const ms = performance.now() - start;
    const { status } = response;
    const ended = status === 404 ||
      (status === 200 && body.verdict !== "pending");
    if (ended) await this.#open();
    return { status, ms, retryAfter: body.error?.retryAfter ?? 0 };
  }

  async #open(): Promise<void> {
    const response = await this.#post(
      "api/challenges",
      "application/json",
      "{}",
    );
    this.#challenge = (await response.json()).id;
  }

  #post(path: string, type: string, body: BodyInit): Promise<Response> {
    return fetch(this.url + path, {
      method: "POST",
      headers: {
        "content-type": type,
        cookie: this.#cookie,
        "x-csrf-token": this.#token,
      },
      body,
    });
  }
}
