/** What came back over a bare connection; empty when the server only hung up. */
export interface RawAnswer {
  /** 0 for no answer. */
  readonly status: number;
  readonly text: string;
}

/**
 * Sends bytes as they are, which no HTTP client would, and reads until the server closes or is
 * silent for `silenceMs`.
 */
export async function sendRaw(
  url: string,
  request: string | Uint8Array,
  silenceMs = 3000,
): Promise<RawAnswer> {
  const { port } = new URL(url);
  const connection = await Deno.connect({
    hostname: "127.0.0.1",
    port: Number(port),
  });
  const timer = setTimeout(() => connection.close(), silenceMs);
  const bytes = typeof request === "string"
    ? new TextEncoder().encode(request)
    : request;
  // A server that refuses early hangs up while it is still being written to.
  const written = writeAll(connection, bytes).catch(() => {});
  const text = await readAll(connection);
  clearTimeout(timer);
  try {
    connection.close();
  } catch {
    // Closed by the timer.
  }
  await written;
  const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0);
  return { status, text };
}

async function writeAll(to: Deno.Conn, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await to.write(bytes.subarray(at));
}

async function readAll(from: Deno.Conn): Promise<string> {
  const decoder = new TextDecoder();
  const chunk = new Uint8Array(65536);
  let text = "";
  try {
    for (;;) {
      const count = await from.read(chunk);
      if (count === null) return text;
      text += decoder.decode(chunk.subarray(0, count), { stream: true });
      if (isWhole(text)) return text;
    }
  } catch {
    return text;
  }
}

/** Whether everything that the answer's length promises is there; connections may stay open. */
function isWhole(text: string): boolean {
  const end = text.indexOf("\r\n\r\n");
  if (end < 0) return false;
  const length = /content-length: (\d+)/i.exec(text.slice(0, end))?.[1];
  return length !== undefined &&
    new TextEncoder().encode(text.slice(end + 4)).length >= Number(length);
}
