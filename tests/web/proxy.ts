import assert from "node:assert/strict";

const HAPROXY = "/usr/sbin/haproxy";
const CONFIG = "lib/web/hosting/haproxy.cfg";

/** Why no proxy can be started here, or null when one can; with CI=true it must be there. */
export function proxyMissing(): string | null {
  try {
    Deno.statSync(HAPROXY);
    return null;
  } catch (error) {
    if (Deno.env.get("CI") === "true") throw error;
    return "HAProxy is not here; apt-get install haproxy";
  }
}

/** The settings of a TLS server for localhost, and the file of both parts. */
export async function makeCertificate(
  folder: string,
): Promise<{ tls_cert: string; tls_key: string; pem: string }> {
  const [cert, key, pem] = ["cert", "key", "both"].map((name) =>
    `${folder}/${name}.pem`
  );
  const { success } = await new Deno.Command("openssl", {
    args:
      `req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext basicConstraints=critical,CA:FALSE -addext subjectAltName=DNS:localhost,IP:127.0.0.1 -keyout ${key} -out ${cert}`
        .split(" "),
    stderr: "null",
  }).output();
  assert.ok(success);
  const both = [cert!, key!].map((path) => Deno.readTextFileSync(path));
  Deno.writeTextFileSync(pem!, both.join(""));
  return { tls_cert: cert!, tls_key: key!, pem: pem! };
}

/** HAProxy with the configuration that is shipped, before two servers at these addresses. */
export async function startProxy(
  { tls_cert, pem }: { tls_cert: string; pem: string },
  servers: readonly string[],
): Promise<{ readonly url: string } & AsyncDisposable> {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  const [a, b] = servers.map((url) => `127.0.0.1:${new URL(url).port}`);
  const options = {
    env: {
      FACE_NAME: "localhost",
      FACE_BIND: `127.0.0.1:${port}`,
      FACE_PEM: pem,
      FACE_CA: tls_cert,
      FACE_SERVER_A: a!,
      FACE_SERVER_B: b!,
    },
    stdin: "null",
    stdout: "null",
    stderr: "null",
  } as const;
  const args = ["-c", "-f", CONFIG];
  const checked = await new Deno.Command(HAPROXY, { ...options, args })
    .output();
  assert.ok(checked.success, "haproxy -c finds a fault");
  const child = new Deno.Command(HAPROXY, {
    ...options,
    args: ["-db", "-f", CONFIG],
  }).spawn();
  while (!await isOpen(port)) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return {
    url: `https://localhost:${port}/`,
    async [Symbol.asyncDispose]() {
      child.kill("SIGTERM");
      await child.status;
    },
  };
}

async function isOpen(port: number): Promise<boolean> {
  try {
    (await Deno.connect({ hostname: "127.0.0.1", port })).close();
    return true;
  } catch {
    return false;
  }
}
