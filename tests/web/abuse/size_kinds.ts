import { bytesOf } from "./bad_pictures.ts";
import { ask, askRaw, type Kind } from "./kind.ts";

const small = bytesOf("not a picture");

/** Bodies that are too large, of another length than they say, or of another type. */
export const sizeKinds: readonly Kind[] = [
  {
    name: "a frame too large",
    share: 0.4,
    send: (from) =>
      ask(
        from,
        "POST",
        `api/challenges/${from.challenge}/frames`,
        new Uint8Array(1_000_001),
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
        silenceMs: 200,
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
        silenceMs: 200,
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
