import { ask, askJson, askRaw, type Kind } from "./kind.ts";

const ups = [
  "../../etc/passwd",
  "..%2f..%2f.env",
  "%2e%2e/%2e%2e/deno.json",
  "..%5c..%5cdeno.json",
  "%252e%252e%252fdeno.json",
  "....//deno.json",
  "/etc/passwd",
  "file:///etc/passwd",
  "sign_in.html%00.js",
  "shapes.d.ts",
  ".",
  "%ff%fe",
  "x".repeat(3000),
];
const names = [
  "%2e%2e",
  "..%2f..%2fmodels",
  "andrew%2f..%2fandrew",
  "%00",
  "CON",
  "NUL.png",
  "a%0d%0aSet-Cookie:x=1",
  "andrew%00",
  "%F0%9F%98%80",
  "аndrew",
  "ａndrew",
  "andrew%20",
  "%E2%80%AEwerdna",
  "x".repeat(199),
  "x".repeat(5000),
  "%",
  "%zz",
  "constructor",
  "__proto__",
];

/** Addresses that lead elsewhere, methods nobody asked for, and what belongs to somebody else. */
export const addressKinds: readonly Kind[] = [
  {
    name: "an asset that leads out of its folder",
    send: (from, dice) => ask(from, "GET", `assets/${dice.pick(ups)}`),
  },
  {
    name: "the same by a bare request",
    send: (from, dice) =>
      askRaw(from, { start: `GET /assets/${dice.pick(ups)}` }),
  },
  {
    name: "an address that is none",
    send: (from, dice) =>
      askRaw(from, {
        start: dice.pick([
          "GET nowhere",
          "GET http://other.example/",
          "GET //etc/passwd",
          "GET /..",
          "GET /\\..\\..",
          "GET *",
          "CONNECT other.example:443",
        ]),
      }),
    mayPass: true,
  },
  {
    name: "a user without the password",
    send: (from, dice) =>
      ask(from, dice.pick(["GET", "DELETE"]), `api/users/${dice.pick(names)}`),
  },
  {
    name: "a chip without the password",
    send: (from, dice) =>
      ask(from, "GET", `api/users/${dice.pick(names)}/chips/${dice.pick(ups)}`),
  },
  {
    name: "an export without the password",
    send: (from, dice) =>
      ask(from, "GET", `api/users/${dice.pick(names)}/export`),
  },
  {
    name: "a rename without the password",
    send: (from, dice) =>
      askJson(
        from,
        `api/users/${dice.pick(names)}`,
        '{"name":"mallory"}',
        "PATCH",
      ),
  },
  {
    name: "photos for a user without the password",
    send: (from, dice) =>
      ask(from, "POST", `api/users/${dice.pick(names)}/photos`, new FormData()),
  },
  {
    name: "a chip of a sign-in that never was",
    send: (from) => ask(from, "GET", "api/me/chips/andrew_01.jpg"),
  },
  {
    name: "another method",
    send: (from, dice) =>
      ask(
        from,
        dice.pick(["PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND", "QUERY"]),
        dice.pick([
          "",
          "api/session",
          "api/sign-ins",
          "api/openapi.json",
          "assets/style.css",
          "health",
        ]),
      ),
  },
  {
    name: "a method that is none",
    send: (from, dice) =>
      askRaw(from, {
        start: `${
          dice.pick(["G E T", "get\u0000", "X".repeat(300), "PRI *"])
        } /api/session`,
      }),
  },
  {
    name: "a challenge that never was",
    send: (from, dice) =>
      askJson(
        from,
        "api/sign-ins",
        JSON.stringify({
          challenge: dice.pick(["x", "", "../../x", crypto.randomUUID()]),
        }),
      ),
  },
  {
    name: "an undecided challenge",
    send: (from) =>
      askJson(
        from,
        "api/sign-ins",
        JSON.stringify({ challenge: from.challenge }),
      ),
  },
  {
    name: "a frame for a challenge that never was",
    send: (from, dice) =>
      ask(
        from,
        "POST",
        `api/challenges/${
          dice.pick(["x", "%2e%2e", crypto.randomUUID(), "%00", "x".repeat(70)])
        }/frames`,
        "x",
        { "content-type": "image/jpeg" },
      ),
  },
  {
    name: "a registration that never was",
    send: (from, dice) =>
      ask(
        from,
        dice.pick(["POST", "DELETE"]),
        `api/registrations/${crypto.randomUUID()}${
          dice.pick(["/finish", "", "/captures", "/photos"])
        }`,
      ),
  },
  {
    name: "a registration with nothing in it",
    send: (from) =>
      askJson(from, `api/registrations/${from.registration}/finish`, "{}"),
  },
  {
    name: "a name that is none",
    share: 0.4,
    send: (from, dice) =>
      askJson(
        from,
        "api/registrations",
        JSON.stringify({
          consent: true,
          name: dice.pick([
            "../x",
            ".",
            "a/b",
            "a\\b",
            "\u0000",
            "a\u0000b",
            "\u202eabc",
            " ",
            "-x",
            "a..b",
            "@127.0.0.1",
            "x".repeat(65),
            "x".repeat(201),
            "\ud800",
            "a\nb",
            "<b>",
            "%2e%2e",
          ]),
        }),
      ),
  },
  {
    name: "a registration without consent",
    share: 0.4,
    send: (from, dice) =>
      askJson(
        from,
        "api/registrations",
        JSON.stringify({
          name: "mallory",
          consent: dice.pick([false, "true", 1, null, [true]]),
        }),
      ),
  },
  {
    name: "a query as long as a book",
    send: (from) => ask(from, "GET", `nowhere?${"q=1&".repeat(4000)}`),
  },
];
