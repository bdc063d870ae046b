import assert from "node:assert/strict";
import { ServerBusyError } from "../../lib/errors.ts";
import { IncomingBodies } from "../../lib/web/incoming_bodies.ts";
import { Problem } from "../../lib/web/problems.ts";
import { ApiClient, type Refused } from "./api_client.ts";
import { startTestServer } from "./running_server.ts";

/** A request's body in pieces of 10 bytes, and how many of them were asked for. */
function pieces(count: number) {
  let asked = 0;
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull(to) {
      if (asked++ < count) to.enqueue(new Uint8Array(10).fill(asked));
      else to.close();
    },
  }, { highWaterMark: 0 });
  return { request: { headers: new Headers(), body }, asked: () => asked };
}

Deno.test("a body is read whole, and its bytes are free again when it is left", async () => {
  const bodies = new IncomingBodies({ one: 50, ofAddress: 50, all: 50 });
  for (let i = 0; i < 3; i++) {
    const body = bodies.enter("a");
    const bytes = await body.read(pieces(5).request);
    assert.deepEqual([bytes.length, bytes[0], bytes[49]], [50, 1, 5]);
    body.leave();
  }
});

Deno.test("a body that grows too large is refused at that byte, and one that says so before its first", async () => {
  const bodies = new IncomingBodies({ one: 50, ofAddress: 500, all: 500 });
  const large = pieces(1000);
  const tooLarge = (error: unknown) =>
    error instanceof Problem && error.kind === "too-large";
  await assert.rejects(bodies.enter("a").read(large.request), tooLarge);
  assert.equal(large.asked(), 6);
  const told = pieces(1000);
  told.request.headers.set("content-length", "10000");
  await assert.rejects(bodies.enter("a").read(told.request), tooLarge);
  assert.equal(told.asked(), 0);
});

Deno.test("an address that sends much at once is refused more, and keeps nobody else out", async () => {
  const bodies = new IncomingBodies({ one: 50, ofAddress: 60, all: 130 });
  const [first, second, other] = [
    bodies.enter("a"),
    bodies.enter("a"),
    bodies.enter("b"),
  ];
  await first.read(pieces(5).request);
  await assert.rejects(second.read(pieces(5).request), ServerBusyError);
  second.leave();
  await other.read(pieces(5).request);
  const third = bodies.enter("c");
  await assert.rejects(
    third.read(pieces(5).request),
    ServerBusyError,
    "all together have no more room",
  );
  third.leave();
  first.leave();
  await bodies.enter("a").read(pieces(5).request);
});

Deno.test("an upload to a registration that does not exist is refused before its bytes are read", async () => {
  const server = await startTestServer();
  try {
    const client = await new ApiClient(server.url).begin();
    let sent = 0;
    const endless = new ReadableStream<Uint8Array<ArrayBuffer>>({
      async pull(to) {
        if ((sent += 65_536) > 50_000_000) return to.close();
        to.enqueue(new Uint8Array(65_536));
        // As a network would: what is asked for early is not there yet.
        await new Promise((resolve) => setTimeout(resolve, 1));
      },
    });
    const { status, body } = await client.send<Refused>(
      "POST",
      "api/registrations/none/photos",
      endless,
      { "content-type": "multipart/form-data; boundary=b" },
    );
    assert.deepEqual([status, body.error.kind], [404, "no-registration"]);
    assert.ok(sent < 10_000_000, `${sent} bytes were read`);
    // The server waits half a second for the rest of the body.
    await new Promise((resolve) => setTimeout(resolve, 700));
  } finally {
    await server.stop();
  }
});
