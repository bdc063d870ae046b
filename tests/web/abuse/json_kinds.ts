import { ask, askJson, type Kind } from "./kind.ts";

/** JSON that is none, or not what was asked for; sent where nothing new is opened, as that is limited. */
export const jsonKinds: readonly Kind[] = [
  ...Object.entries({
    "JSON that breaks off": '{"challenge":"',
    "JSON of brackets only": "[".repeat(8000),
    "JSON nested 2,000 deep": `${'{"a":'.repeat(2000)}1${"}".repeat(2000)}`,
    "JSON that is a list": '[{"challenge":"x"}]',
    "JSON that is a number": "1e999",
    "JSON that is null": "null",
    "JSON that is a text": '"challenge"',
    "a field of another type": '{"challenge":{"$ne":null}}',
    "a list for a field": '{"challenge":["x"]}',
    "a huge number for a field": `{"challenge":${"9".repeat(4000)}}`,
    "a field too many": '{"challenge":"x","admin":true}',
    "a prototype": '{"__proto__":{"admin":true},"challenge":"x"}',
    "a constructor":
      '{"constructor":{"prototype":{"admin":true}},"challenge":"x"}',
    "a field of 10,000 letters": `{"challenge":"${"x".repeat(10_000)}"}`,
    "half a surrogate": '{"challenge":"\\ud800"}',
    "a NUL in a field": '{"challenge":"\\u0000"}',
    "an empty body as JSON": "",
    "a byte order mark before JSON": "\ufeff{}",
  }).map(([name, text]): Kind => ({
    name,
    send: (from) => askJson(from, "api/sign-ins", text),
  })),
  {
    name: "JSON under another type",
    send: (from, dice) =>
      ask(from, "POST", "api/sign-ins", '{"challenge":"x"}', {
        "content-type": dice.pick([
          "text/plain",
          "application/x-www-form-urlencoded",
          "application/xml",
          "multipart/form-data",
          "application/json; charset=utf-7",
          "",
        ]),
      }),
  },
  {
    name: "JSON too large",
    send: (from) =>
      askJson(
        from,
        "api/sign-ins",
        `{"challenge":"${"x".repeat(16_384)}"}`,
      ),
  },
];
