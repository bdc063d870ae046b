import { ask, askRaw, type Kind } from "./kind.ts";

const asks = { "content-type": "application/json" };

/** Names that are not this server's; three are, in ways no browser sends them. */
const hosts = [
  "other.example",
  "127.0.0.1.other.example",
  "localhost.",
  "0.0.0.0",
  "[::ffff:7f00:1]",
  "user@localhost",
  "localhost:99999",
  "a b",
  "%6c",
  "[",
  "",
  "127.1",
];

/** Headers and cookies that somebody tampered with. */
export const headerKinds: readonly Kind[] = [
  {
    name: "no cookie",
    send: (from) =>
      ask(from, "POST", "api/sign-ins", "{}", { ...asks, cookie: "" }),
  },
  {
    name: "a forged cookie",
    send: (from, dice) =>
      ask(from, "GET", "api/decision", undefined, {
        cookie: `face_session=${
          dice.pick([
            "x",
            "0".repeat(43),
            "a".repeat(4000),
            "__proto__",
            "../x",
            "%00",
            '"x"',
          ])
        }`,
      }),
  },
  {
    name: "a cookie with a wrong last letter",
    send: (from) =>
      ask(from, "GET", "api/decision", undefined, {
        cookie: from.client.cookie.slice(0, -1) + "!",
      }),
  },
  {
    name: "two cookies, the forged one first",
    send: (from) =>
      ask(from, "GET", "api/decision", undefined, {
        cookie: `face_session=forged; ${from.client.cookie}`,
      }),
  },
  {
    name: "no token",
    send: (from) =>
      ask(from, "POST", "api/sign-ins", "{}", { ...asks, "x-csrf-token": "" }),
  },
  {
    name: "a wrong token",
    send: (from, dice) =>
      ask(from, "POST", "api/admin/sign-out", "{}", {
        ...asks,
        "x-csrf-token": dice.pick([
          "x",
          "0".repeat(43),
          from.client.csrfToken.slice(1),
          `${from.client.csrfToken}x`,
        ]),
      }),
  },
  {
    name: "a form from another site",
    send: (from) =>
      ask(from, "POST", "api/admin/sign-out", "a=b", {
        "content-type": "application/x-www-form-urlencoded",
        origin: "https://other.example",
        "x-csrf-token": "",
      }),
  },
  ...hosts.map((host): Kind => ({
    name: `a host called "${host}"`,
    share: 0.2,
    mayPass: ["127.1", "user@localhost", ""].includes(host),
    send: (from) =>
      askRaw(from, { start: "GET /api/session", headers: [`Host: ${host}`] }),
  })),
  {
    name: "no host at all",
    send: (from) =>
      askRaw(from, { start: "GET /api/users", headers: ["Host:"] }),
  },
  {
    name: "two hosts",
    send: (from) =>
      askRaw(from, {
        start: "GET /api/users",
        headers: ["Host: localhost", "Host: other.example"],
      }),
  },
  {
    name: "a header of 100 KB",
    send: (from) =>
      askRaw(from, {
        start: "GET /api/users",
        headers: [`X-Long: ${"x".repeat(100_000)}`],
      }),
  },
  {
    name: "2,000 headers",
    send: (from) =>
      askRaw(from, {
        start: "GET /api/users",
        headers: Array.from({ length: 2000 }, (_, i) => `X-${i}: y`),
      }),
  },
  {
    name: "a header with a line break in it",
    send: (from) =>
      askRaw(from, {
        start: "GET /api/users",
        headers: ["X-Bad: a\nSet-Cookie: face_session=x", "X-Worse: a\rb"],
      }),
  },
  {
    name: "a header with a NUL",
    send: (from) =>
      askRaw(from, { start: "GET /api/users", headers: ["X-Bad: a\u0000b"] }),
  },
  {
    name: "another address's name in a header",
    send: (from) =>
      ask(from, "GET", "api/users", undefined, {
        "x-forwarded-for": "10.0.0.1",
        "x-real-ip": "10.0.0.1",
        "x-forwarded-host": "other.example",
        "x-http-method-override": "DELETE",
        "x-original-url": "/api/users",
      }),
  },
  {
    name: "a session's cookie with a line break",
    send: (from) =>
      askRaw(from, {
        start: "GET /api/users",
        headers: ["Cookie: face_session=a\r\nX-Injected: 1"],
      }),
  },
];
