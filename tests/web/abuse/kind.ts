import type { ApiClient } from "../api_client.ts";
import type { Attacker } from "./attacker.ts";
import { sendRaw } from "./raw_http.ts";

/** Repeatable chance. */
export interface Dice {
  /** A whole number from 0 up to, not including, `below`. */
  below(limit: number): number;
  pick<T>(from: readonly T[]): T;
}

export function diceOf(random: () => number): Dice {
  const below = (limit: number) => Math.floor(random() * limit);
  return { below, pick: (from) => from[below(from.length)]! };
}

/** What came back: a status, 0 for a connection that was only closed, and the body's text. */
export interface Reply {
  readonly status: number;
  readonly text: string;
  /** Whether HTTP itself was broken, so that the answer may come from below the application. */
  readonly raw?: boolean;
}

/** A kind of bad request. */
export interface Kind {
  readonly name: string;
  readonly send: (from: Attacker, dice: Dice) => Promise<Reply>;
  /** Such a request may be answered, too: it is only odd, and what it asks for does no harm. */
  readonly mayPass?: boolean;
  /** How often it is sent for each time that others are; less than 1 for what costs the server work. */
  readonly share?: number;
}

/** Sends by the page's own client, with the attacker's cookie and token. */
export async function ask(
  { client }: { readonly client: ApiClient },
  method: string,
  path: string,
  body?: BodyInit,
  headers: Record<string, string> = {},
): Promise<Reply> {
  const answer = await client.send<unknown>(method, path, body, headers);
  return { status: answer.status, text: JSON.stringify(answer.body) };
}

export function askJson(
  from: { readonly client: ApiClient },
  path: string,
  text: string,
  method = "POST",
): Promise<Reply> {
  return ask(from, method, path, text, { "content-type": "application/json" });
}

/** Sends bare bytes with the attacker's cookie and token in good order. */
export async function askRaw(
  { client }: { readonly client: ApiClient },
  { start, headers = [], body = "", silenceMs = 3000 }: {
    readonly start: string;
    readonly headers?: readonly string[];
    readonly body?: string;
    /** How long an answer is waited for, ms, before the attacker hangs up. */
    readonly silenceMs?: number;
  },
): Promise<Reply> {
  const { host, origin } = new URL(client.url);
  const named = (name: string) =>
    headers.some((line) => line.toLowerCase().startsWith(`${name}:`));
  const lines = [
    `${start} HTTP/1.1`,
    ...(named("host") ? [] : [`Host: ${host}`]),
    `Origin: ${origin}`,
    ...(named("cookie") ? [] : [`Cookie: ${client.cookie}`]),
    ...(named("x-csrf-token") ? [] : [`X-Csrf-Token: ${client.csrfToken}`]),
    "Connection: close",
    ...headers,
  ];
  const request = `${lines.join("\r\n")}\r\n\r\n${body}`;
  return { ...await sendRaw(client.url, request, silenceMs), raw: true };
}
