import assert from "node:assert/strict";
import { ApiClient } from "./api_client.ts";
import { startTestServer } from "./running_server.ts";

Deno.test("a body that never ends is given up with a sentence, and the server goes on", async () => {
  const server = await startTestServer({ answerWithinMs: 3000 });
  try {
    const client = await new ApiClient(server.url).begin();
    const { hostname, port } = new URL(server.url);
    const connection = await Deno.connect({ hostname, port: Number(port) });
    const head = [
      "POST /api/sign-ins HTTP/1.1",
      "Host: localhost",
      `Cookie: ${client.cookie}`,
      `X-Csrf-Token: ${client.csrfToken}`,
      "Content-Type: application/json",
      "Content-Length: 100",
    ].join("\r\n");
    await connection.write(new TextEncoder().encode(`${head}\r\n\r\n{`));
    const buffer = new Uint8Array(4096);
    const length = await connection.read(buffer);
    const answer = new TextDecoder().decode(buffer.subarray(0, length ?? 0));
    assert.match(answer, /^HTTP\/1\.1 408/);
    connection.close();
    const { status } = await client.begin().then(() =>
      client.get("api/decision")
    );
    assert.equal(status, 200);
    // The server waits half a second for the rest of the body.
    await new Promise((resolve) => setTimeout(resolve, 700));
  } finally {
    await server.stop();
  }
});

Deno.test("headers that trickle in are cut off, and those who come meanwhile are answered", async () => {
  const server = await startTestServer({ headersMs: 1000 });
  try {
    const { hostname, port } = new URL(server.url);
    using connection = await Deno.connect({ hostname, port: Number(port) });
    const send = (text: string) =>
      connection.write(new TextEncoder().encode(text));
    await send("GET / HTTP/1.1\r\nHost: localhost\r\n");
    const trickle = setInterval(
      () => send("X-More: 1\r\n").catch(() => {}),
      200,
    );
    const client = await new ApiClient(server.url).begin();
    assert.equal((await client.get("api/decision")).status, 200);
    const answer = new TextDecoder().decode(await readAll(connection));
    clearInterval(trickle);
    assert.match(answer, /^HTTP\/1\.1 408/);
  } finally {
    await server.stop();
  }
});

Deno.test("a client that opens ever more connections loses the newest, others are answered", async () => {
  const server = await startTestServer();
  const connections: Deno.TcpConn[] = [];
  try {
    const { hostname, port } = new URL(server.url);
    for (let i = 0; i < 130; i++) {
      connections.push(await Deno.connect({ hostname, port: Number(port) }));
    }
    const closed = await Promise.all(connections.slice(110).map(readAll));
    assert.ok(closed.every(({ length }) => length === 0));
    connections.splice(0, 50).forEach((each) => each.close());
    let client: ApiClient | null = null;
    // Until the server has seen that these are closed, it closes this one.
    for (let tries = 0; client === null && tries < 100; tries++) {
      client = await new ApiClient(server.url).begin().catch(() => null);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    assert.equal((await client!.get("api/decision")).status, 200);
  } finally {
    for (const each of connections) each.close();
    await server.stop();
  }
});

/** Everything until the server closes the connection. */
async function readAll(connection: Deno.TcpConn): Promise<Uint8Array> {
  const buffer = new Uint8Array(4096);
  let length = 0;
  try {
    for (;;) {
      const read = await connection.read(buffer.subarray(length));
      if (read === null) break;
      length += read;
    }
  } catch {
    // Closed the hard way.
  }
  return buffer.subarray(0, length);
}
