import assert from "node:assert/strict";
import { ApiClient } from "./api_client.ts";
import { startTestServer } from "./running_server.ts";

Deno.test("a body that never ends is given up with a sentence, and the server goes on", async () => {
  const server = await startTestServer({ answerWithinMs: 500 });
  try {
    const client = await new ApiClient(server.url).begin();
    const { hostname, port } = new URL(server.url);
    using connection = await Deno.connect({ hostname, port: Number(port) });
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
    const { status } = await client.begin().then(() =>
      client.get("api/decision")
    );
    assert.equal(status, 200);
  } finally {
    await server.stop();
  }
});
