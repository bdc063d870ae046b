import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { WeightsError, WriteError } from "../../../lib/errors.ts";
import { installModel } from "../../../lib/engine/weights/install_models.ts";
import type { ModelFile } from "../../../lib/engine/weights/model_files.ts";
import { uniform } from "../../embed/formula_weights.ts";

const content = Uint8Array.from(uniform("download", 300_000), (u) => u * 256);

type Answer = (request: Request) => Response;

Deno.test("installModel() downloads a file, reports its progress, and leaves it alone afterwards", async () => {
  await using site = serve(() => new Response(content));
  const progress: number[] = [];
  const onProgress = (done: number, total: number) => {
    assert.equal(total, content.length);
    progress.push(done);
  };
  const install = () =>
    installModel(site.file, { place: site.place, onProgress });
  assert.equal(await install(), "downloaded");
  assert.deepEqual(Deno.readFileSync(site.path), content);
  assert.equal(progress.at(-1), content.length);
  assert.deepEqual(progress, progress.toSorted((a, b) => a - b));
  assert.equal(await install(), "present");
  assert.equal(
    site.requests.length,
    1,
    "a file that is right is not asked for again",
  );
  assert.ok(!existsSync(`${site.path}.part`));
});

Deno.test("an interrupted download is resumed where it broke off", async () => {
  await using site = serve((request) =>
    request.headers.has("range") ? partial(request) : breakingOff(100_000)
  );
  const install = () => installModel(site.file, { place: site.place });
  await assert.rejects(install(), says(/broke off; what came is kept/));
  assert.ok(!existsSync(site.path), "nothing half is in its place");
  const kept = Deno.statSync(`${site.path}.part`).size;
  assert.ok(kept > 0 && kept <= 100_000);
  assert.equal(await install(), "downloaded");
  assert.deepEqual(Deno.readFileSync(site.path), content);
  assert.deepEqual(site.requests.map(({ headers }) => headers.get("range")), [
    null,
    `bytes=${kept}-`,
  ]);
});

Deno.test("a download starts over where the server ignores the range or no longer has so much", async () => {
  const answers: Answer[] = [
    () => new Response(content),
    (request) =>
      request.headers.has("range")
        ? new Response(null, { status: 416 })
        : new Response(content),
  ];
  for (const answer of answers) {
    await using site = serve(answer);
    Deno.writeFileSync(`${site.path}.part`, new Uint8Array(1000).fill(7));
    assert.equal(
      await installModel(site.file, { place: site.place }),
      "downloaded",
    );
    assert.deepEqual(Deno.readFileSync(site.path), content);
  }
});

Deno.test("a file with a wrong hash is refused and removed", async () => {
  const wrong = content.with(5, content[5]! ^ 1);
  await using site = serve(() => new Response(wrong));
  await assert.rejects(
    installModel(site.file, { place: site.place }),
    says(
      /is not the file that models\/manifest\.json names, so it was removed/,
    ),
  );
  assert.deepEqual([...Deno.readDirSync(site.folder)], []);
});

Deno.test("a file that is longer than it should be is refused before it fills the disk", async () => {
  await using site = serve(() =>
    new Response(
      new ReadableStream({
        pull: (controller) => controller.enqueue(content),
      }),
    )
  );
  await assert.rejects(
    installModel(site.file, { place: site.place }),
    says(/longer than its 300000 bytes/),
  );
  assert.deepEqual([...Deno.readDirSync(site.folder)], []);
});

Deno.test("a server's error is explained: not there, try later, not reachable", async () => {
  for (
    const [status, message] of [
      [404, /answered 404 Not Found for weights\.pt .*--from FOLDER/],
      [
        503,
        /answered 503 Service Unavailable for weights\.pt .*try again later/,
      ],
    ] as const
  ) {
    await using site = serve(() => new Response("no", { status }));
    await assert.rejects(
      installModel(site.file, { place: site.place }),
      says(message),
    );
    assert.deepEqual([...Deno.readDirSync(site.folder)], []);
  }
  const site = serve(() => new Response(content));
  await site.server.shutdown();
  await assert.rejects(
    installModel(site.file, { place: site.place }),
    says(/cannot be reached for weights\.pt; check the network, or copy/),
  );
  Deno.removeSync(site.folder, { recursive: true });
});

Deno.test("a damaged file in its place is replaced", async () => {
  await using site = serve(() => new Response(content));
  Deno.writeFileSync(site.path, content.slice(0, -1));
  assert.equal(
    await installModel(site.file, { place: site.place }),
    "downloaded",
  );
  assert.deepEqual(Deno.readFileSync(site.path), content);
});

Deno.test("--from copies a file that is on disk already, and only if it is the right one", async () => {
  await using site = serve(() => new Response("not asked"));
  const from = Deno.makeTempDirSync();
  const install = () => installModel(site.file, { place: site.place, from });
  await assert.rejects(install(), says(/cannot be read/));
  Deno.writeFileSync(
    `${from}/${site.file.name}`,
    content.with(9, content[9]! ^ 1),
  );
  await assert.rejects(
    install(),
    says(/is not the one that models\/manifest\.json names/),
  );
  Deno.writeFileSync(`${from}/${site.file.name}`, content);
  assert.equal(await install(), "copied");
  assert.deepEqual(Deno.readFileSync(site.path), content);
  assert.equal(site.requests.length, 0);
  Deno.removeSync(from, { recursive: true });
});

Deno.test("a place that cannot be written is named, with what to do", async () => {
  await using site = serve(() => new Response(content));
  Deno.writeFileSync(`${site.folder}/taken`, Uint8Array.of(1));
  await assert.rejects(
    installModel(site.file, { place: () => `${site.folder}/taken/weights.pt` }),
    (error) =>
      error instanceof WriteError &&
      /taken cannot be written/.test(error.message),
  );
});

function says(message: RegExp) {
  return (error: unknown) =>
    error instanceof WeightsError && message.test(error.message);
}

/** What a server answers that knows ranges. */
function partial(request: Request): Response {
  const start = Number(
    /^bytes=(\d+)-$/.exec(request.headers.get("range")!)![1],
  );
  const range = `bytes ${start}-${content.length - 1}/${content.length}`;
  return new Response(content.slice(start), {
    status: 206,
    headers: { "content-range": range },
  });
}

/** An answer whose connection ends after some bytes. */
function breakingOff(length: number): Response {
  let sent = false;
  return new Response(
    new ReadableStream({
      pull(controller) {
        if (sent) controller.error(new Error("the line is cut"));
        else controller.enqueue(content.slice(0, length));
        sent = true;
      },
    }),
    { headers: { "content-length": String(content.length) } },
  );
}

/** A server on this machine, a folder to install into, and the manifest's entry for its file. */
function serve(answer: Answer) {
  const requests: Request[] = [];
  const server = Deno.serve(
    {
      port: 0,
      hostname: "127.0.0.1",
      onListen() {},
      onError: () => new Response(null, { status: 500 }),
    },
    (request) => {
      requests.push(request);
      return answer(request);
    },
  );
  const folder = Deno.makeTempDirSync();
  const file: ModelFile = {
    name: "weights.pt",
    bytes: content.length,
    sha256: createHash("sha256").update(content).digest("hex"),
    location: "models/facenet",
    url: `http://127.0.0.1:${server.addr.port}/weights.pt`,
    licence: "",
    source: "",
    does: "",
    publishedAccuracy: "",
  };
  const path = `${folder}/${file.name}`;
  return {
    server,
    requests,
    folder,
    file,
    path,
    place: () => path,
    async [Symbol.asyncDispose]() {
      await server.shutdown();
      Deno.removeSync(folder, { recursive: true });
    },
  };
}
