import { bodyLimits } from "../../../lib/web/request_bytes.ts";
import type { Attacker } from "./attacker.ts";
import { bytesOf } from "./bad_pictures.ts";
import { ask, askJson, askRaw, type Kind } from "./kind.ts";

const jsonPaths = [
  "api/challenges",
  "api/sign-ins",
  "api/registrations",
  "api/admin/sign-in",
];
const small = bytesOf("not a picture");

/** Most go where opening something new is not limited, so that it is the body that is judged. */
const jsonKinds: readonly Kind[] = [
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
      ask(from, "POST", dice.pick(jsonPaths.slice(1, 2)), '{"challenge":"x"}', {
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
        `{"challenge":"${"x".repeat(bodyLimits.json)}"}`,
      ),
  },
];

function upload(from: Attacker, boundary: string, body: string) {
  return ask(
    from,
    "POST",
    `api/registrations/${from.registration}/photos`,
    body,
    {
      "content-type": `multipart/form-data${boundary}`,
    },
  );
}

const part = (name: string, file: string, content = "x") =>
  `--b\r\nContent-Disposition: form-data; name="${name}"${
    file === "" ? "" : `; filename="${file}"`
  }\r\nContent-Type: image/jpeg\r\n\r\n${content}\r\n`;

const formKinds: readonly Kind[] = [
  {
    name: "a form without a boundary",
    send: (from) => upload(from, "", part("photos", "a.jpg") + "--b--\r\n"),
  },
  {
    name: "a form of another boundary",
    send: (from) =>
      upload(from, "; boundary=other", part("photos", "a.jpg") + "--b--\r\n"),
  },
  {
    name: "a form that breaks off",
    send: (from) =>
      upload(from, "; boundary=b", part("photos", "a.jpg").slice(0, 60)),
  },
  {
    name: "a form without its end",
    send: (from) => upload(from, "; boundary=b", part("photos", "a.jpg")),
    mayPass: true,
  },
  {
    name: "a form of nothing",
    send: (from) => upload(from, "; boundary=b", ""),
  },
  {
    name: "a form without a file",
    send: (from) =>
      upload(from, "; boundary=b", part("photos", "") + "--b--\r\n"),
  },
  {
    name: "a form with another field",
    send: (from) =>
      upload(from, "; boundary=b", part("files", "a.jpg") + "--b--\r\n"),
  },
  {
    name: "a form of 10,000 parts",
    share: 0.3,
    send: (from) =>
      upload(
        from,
        "; boundary=b",
        part("photos", "a.jpg").repeat(10_000) + "--b--\r\n",
      ),
  },
  {
    name: "a form of 21 photos",
    send: (from) =>
      upload(
        from,
        "; boundary=b",
        part("photos", "a.jpg").repeat(21) + "--b--\r\n",
      ),
  },
  {
    name: "a boundary of 5,000 letters",
    send: (from) =>
      upload(
        from,
        `; boundary=${"b".repeat(5000)}`,
        part("photos", "a.jpg") + "--b--\r\n",
      ),
  },
  {
    name: "a form with broken headers",
    send: (from) =>
      upload(
        from,
        "; boundary=b",
        '--b\r\nContent-Disposition: form-data; name="photos"; filename="\u0000\r\n\r\nx\r\n--b--',
      ),
  },
  {
    name: "a photo whose file name is a path",
    mayPass: true,
    share: 0.5,
    send: (from, dice) =>
      upload(
        from,
        "; boundary=b",
        part(
          "photos",
          dice.pick([
            "../../../etc/passwd",
            "..\\\\..\\\\boot.ini",
            "/etc/passwd",
            "C:\\\\CON",
            "NUL",
            "aux.jpg",
            "a\u0000.jpg",
            ".".repeat(300),
            "é".repeat(2000),
            "\u202egpj.exe",
            "con.jpg",
            "<img src=x onerror=alert(1)>.jpg",
            "%2e%2e%2f.jpg",
          ]),
        ) + "--b--\r\n",
      ),
  },
];

const sizeKinds: readonly Kind[] = [
  {
    name: "a frame too large",
    share: 0.4,
    send: (from) =>
      ask(
        from,
        "POST",
        `api/challenges/${from.challenge}/frames`,
        new Uint8Array(bodyLimits.frame + 1),
        {
          "content-type": "image/jpeg",
        },
      ),
  },
  {
    name: "a frame without an end",
    share: 0.4,
    send: async (from) => {
      let sent = 0;
      const endless = new ReadableStream<Uint8Array<ArrayBuffer>>({
        pull(to) {
          if ((sent += 65_536) > 20_000_000) to.close();
          else to.enqueue(new Uint8Array(65_536));
        },
      });
      try {
        return await ask(
          from,
          "POST",
          `api/challenges/${from.challenge}/frames`,
          endless,
          {
            "content-type": "image/jpeg",
          },
        );
      } catch (error) {
        // The server may hang up on it.
        if (error instanceof TypeError) {
          return { status: 0, text: "", raw: true };
        }
        throw error;
      }
    },
  },
  {
    name: "a length that is too long for the body",
    share: 0.3,
    send: (from) =>
      askRaw(from, {
        start: `POST /api/challenges/${from.challenge}/frames`,
        headers: ["Content-Type: image/jpeg", "Content-Length: 5000"],
        body: "short",
      }),
  },
  {
    name: "a length that is too short for the body",
    send: (from) =>
      askRaw(from, {
        start: "POST /api/sign-ins",
        headers: ["Content-Type: application/json", "Content-Length: 5"],
        body: '{"challenge":"x"}',
      }),
  },
  {
    name: "a length that is none",
    send: (from, dice) =>
      askRaw(from, {
        start: "POST /api/sign-ins",
        headers: [
          "Content-Type: application/json",
          `Content-Length: ${
            dice.pick(["-1", "1e9", "9".repeat(40), "0x10", "5, 6"])
          }`,
        ],
        body: "{}",
      }),
  },
  {
    name: "a length of 10 GB",
    send: (from) =>
      askRaw(from, {
        start: `POST /api/registrations/${from.registration}/photos`,
        headers: [
          "Content-Type: multipart/form-data; boundary=b",
          "Content-Length: 10000000000",
        ],
        body: "--b\r\n",
      }),
  },
  {
    name: "two lengths and chunks",
    send: (from) =>
      askRaw(from, {
        start: "POST /api/sign-ins",
        headers: [
          "Content-Type: application/json",
          "Content-Length: 5",
          "Content-Length: 6",
          "Transfer-Encoding: chunked",
        ],
        body: "0\r\n\r\nGET /api/users HTTP/1.1\r\n\r\n",
      }),
  },
  {
    name: "chunks that are none",
    send: (from) =>
      askRaw(from, {
        start: "POST /api/sign-ins",
        headers: [
          "Content-Type: application/json",
          "Transfer-Encoding: chunked",
        ],
        body: "zz\r\n{}\r\n0\r\n\r\n",
      }),
  },
  {
    name: "chunks that break off",
    share: 0.3,
    send: (from) =>
      askRaw(from, {
        start: `POST /api/challenges/${from.challenge}/frames`,
        headers: ["Content-Type: image/jpeg", "Transfer-Encoding: chunked"],
        body: "100\r\nshort",
      }),
  },
  {
    name: "a frame of another type",
    send: (from, dice) =>
      ask(from, "POST", `api/challenges/${from.challenge}/frames`, small, {
        "content-type": dice.pick([
          "text/html",
          "image/svg+xml",
          "application/json",
          "multipart/form-data",
          "image/jpeg; x",
          "IMAGE/JPEG\t",
        ]),
      }),
  },
];

export const bodyKinds: readonly Kind[] = [
  ...jsonKinds,
  ...formKinds,
  ...sizeKinds,
];
