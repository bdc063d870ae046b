import { createAdaptorServer } from "@hono/node-server";
import { X509Certificate } from "node:crypto";
import { createServer } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { type AddressInfo, isIP, type Server, type Socket } from "node:net";
import type { Settings } from "../config.ts";
import { SettingError } from "../errors.ts";
import { clientAddress, isSameAddress, senderOf } from "./client_address.ts";

/** Most connections at once: of one client's address, and of all. */
const mostConnections = { each: 100, all: 2000 };
/** How long requests may take to end when the server ends, ms. */
const graceMs = 3000;

const loopback = ["127.0.0.1", "localhost", "::1"];

/** A certificate and its key, PEM. */
interface Tls {
  readonly cert: string;
  readonly key: string;
  /** Whether a name or address is one that the certificate is for. */
  readonly isOwnName: (name: string) => boolean;
}

/**
 * Listens for HTTP, or HTTPS with a certificate; by node:http, because `Deno.serve` waits for
 * headers that trickle in for as long as they do.
 *
 * @param headersMs until a request's headers must be complete, and `requestMs` the request, ms
 * @param answer gets the client's address as `clientAddress` says it
 * @throws SettingError when the address cannot be listened on.
 */
export async function listen(
  settings: Settings,
  tls: Tls | null,
  { headersMs, requestMs }: { headersMs: number; requestMs: number },
  answer: (request: Request, address: string) => Response | Promise<Response>,
) {
  const { host, port } = settings;
  const { trustedProxy } = settings;
  const { state } = Deno.permissions.querySync({
    name: "net",
    host: `${host.includes(":") ? `[${host}]` : host}:${port}`,
  });
  if (state !== "granted") {
    throw new SettingError(
      `host=${host} is not this computer alone, which \`deno task serve\` may not listen on; use \`deno task serve-network\` with host=0.0.0.0.`,
    );
  }
  try {
    const server = createAdaptorServer({
      fetch: (request, { incoming: { socket } }) => {
        const said = request.headers.get("x-forwarded-for");
        return answer(request, senderOf(remoteOf(socket), said, trustedProxy));
      },
      createServer: tls === null ? createServer : createTlsServer,
      serverOptions: {
        ...(tls === null ? {} : { cert: tls.cert, key: tls.key }),
        headersTimeout: headersMs,
        requestTimeout: Math.max(requestMs, headersMs),
        connectionsCheckingInterval: Math.min(1000, headersMs),
      },
    }) as Server;
    const connections = trackConnections(server, trustedProxy);
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(port, host, resolve);
    });
    return {
      port: (server.address() as AddressInfo).port,
      /** Finishes what is being answered, for a while, and ends. */
      async close() {
        // A request that never ends must not keep the server from ending.
        const timer = setTimeout(() => {
          const sockets = [...connections.values()].flatMap((
            each,
          ) => [...each]);
          sockets.forEach((socket) => socket.destroy());
        }, graceMs);
        await new Promise((resolve) => server.close(resolve));
        clearTimeout(timer);
      },
    };
  } catch (cause) {
    throw new SettingError(unusable(settings, cause), { cause });
  }
}

/** The open connections by address; a client, not a proxy, that opens ever more of them loses the newest. */
function trackConnections(
  server: Server,
  trustedProxy: string,
): Map<string, Set<Socket>> {
  const open = new Map<string, Set<Socket>>();
  server.maxConnections = mostConnections.all;
  server.on("connection", (socket) => {
    const remote = remoteOf(socket);
    const address = clientAddress(remote);
    const ofAddress = open.get(address) ?? new Set();
    open.set(address, ofAddress.add(socket));
    socket.once("close", () => {
      ofAddress.delete(socket);
      if (ofAddress.size === 0) open.delete(address);
    });
    const isProxy = isSameAddress(remote, trustedProxy);
    if (ofAddress.size > mostConnections.each && !isProxy) socket.destroy();
  });
  return open;
}

/** A connection that is gone already has no address. */
function remoteOf({ remoteAddress = "unknown" }: Socket): string {
  return remoteAddress;
}

/** @throws SettingError when others could reach the server without TLS or a password. */
export async function readTls(
  { host, tlsCert, tlsKey }: Settings,
  passwordSet: boolean,
): Promise<Tls | null> {
  const ownOnly = loopback.includes(host);
  if ((tlsCert === "") !== (tlsKey === "")) {
    throw new SettingError("Set both tls_cert and tls_key, or neither.");
  }
  if (tlsCert === "") {
    if (ownOnly) return null;
    throw new SettingError(
      `host=${host} can be reached by others, who must not read along: set tls_cert and tls_key to the files of a certificate, or leave host at 127.0.0.1.`,
    );
  }
  if (!ownOnly && !passwordSet) {
    throw new SettingError(
      `host=${host} can be reached by others: choose the administrator's password first with \`deno task serve --new-password\`.`,
    );
  }
  try {
    const [cert, key] = await Promise.all(
      [tlsCert, tlsKey].map((path) => Deno.readTextFile(path)),
    );
    const certificate = new X509Certificate(cert!);
    const isOwnName = (name: string) => {
      const address = name.replace(/^\[|\]$/g, "");
      const found = isIP(address) === 0
        ? certificate.checkHost(name)
        : certificate.checkIP(address);
      return found !== undefined;
    };
    return { cert: cert!, key: key!, isOwnName };
  } catch (cause) {
    throw new SettingError(
      `tls_cert=${tlsCert} or tls_key=${tlsKey} cannot be read; correct the paths.`,
      { cause },
    );
  }
}

function unusable(
  { host, port, tlsCert, tlsKey }: Settings,
  cause: unknown,
): string {
  if ((cause as { code?: string }).code === "EADDRINUSE") {
    return `port=${port} is taken by another program; set another, for instance port=${
      port + 1
    }.`;
  }
  const files = tlsCert === ""
    ? ""
    : ` with tls_cert=${tlsCert} and tls_key=${tlsKey}`;
  return `host=${host} port=${port} cannot be listened on${files} (${
    cause instanceof Error ? cause.message : String(cause)
  }).`;
}
