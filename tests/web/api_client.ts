import { checkAnswer } from "./route_schemas.ts";

/** An answer of the API: its status and its JSON. */
export interface Answer<T> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: T;
}

/** What a refusal looks like. */
export interface Refused {
  readonly error: {
    readonly kind: string;
    readonly message: string;
    readonly retryAfter?: number;
  };
}

/**
 * Speaks with the API as the page does: with its cookie and its token. Every answer is held
 * against the API's own schemas.
 */
export class ApiClient {
  cookie = "";
  csrfToken = "";

  /**
   * @param url the server's address, with a slash at its end
   * @param from what the connection comes from; each address is counted on its own
   */
  constructor(readonly url: string, readonly from?: Deno.HttpClient) {}

  /** Begins a session. */
  async begin(): Promise<this> {
    const { body } = await this.get<{ csrfToken: string }>("api/session");
    this.csrfToken = body.csrfToken;
    return this;
  }

  get<T>(path: string): Promise<Answer<T>> {
    return this.send<T>("GET", path);
  }

  post<T>(path: string, json: unknown = {}): Promise<Answer<T>> {
    return this.send<T>("POST", path, JSON.stringify(json), {
      "content-type": "application/json",
    });
  }

  postJpeg<T>(path: string, bytes: BodyInit): Promise<Answer<T>> {
    return this.send<T>("POST", path, bytes, { "content-type": "image/jpeg" });
  }

  /** Uploads files as a form does. */
  postPhotos<T>(
    path: string,
    files: readonly (readonly [string, Uint8Array<ArrayBuffer>])[],
  ): Promise<Answer<T>> {
    const form = new FormData();
    for (const [name, bytes] of files) {
      form.append("photos", new File([bytes], name));
    }
    return this.send<T>("POST", path, form);
  }

  async send<T>(
    method: string,
    path: string,
    body?: BodyInit,
    headers: Record<string, string> = {},
  ): Promise<Answer<T>> {
    const response = await fetch(this.url + path, {
      method,
      headers: {
        origin: new URL(this.url).origin,
        cookie: this.cookie,
        "x-csrf-token": this.csrfToken,
        ...headers,
      },
      ...(body === undefined ? {} : { body }),
      ...(this.from === undefined ? {} : { client: this.from }),
    });
    const set = response.headers.get("set-cookie");
    if (set !== null) this.cookie = set.split(";")[0]!;
    const text = await response.text();
    const isJson = response.headers.get("content-type")
      ?.startsWith("application/json") ?? false;
    const { status } = response;
    const parsed = (isJson ? JSON.parse(text) : text) as T;
    checkAnswer(method, path, status, parsed);
    return { status, headers: response.headers, body: parsed };
  }
}
