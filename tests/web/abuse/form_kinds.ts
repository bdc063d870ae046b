import type { Attacker } from "./attacker.ts";
import { ask, type Kind } from "./kind.ts";

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

/** Multipart forms that are none, too many, or name their files badly. */
export const formKinds: readonly Kind[] = [
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
