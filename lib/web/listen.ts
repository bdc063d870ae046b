import { createAdaptorServer } from "@hono/node-server";
import { X509Certificate } from "node:crypto";
import { createServer, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { type AddressInfo, isIP, type Socket } from "node:net";
import type { Settings } from "../config.ts";
import { SettingError } from "../errors.ts";
import {
  AddressCounts,
  clientAddress,
  isSameAddress,
  senderOf,
} from "./client_address.ts";

/** Most connections at once: of one client's address, and of all. */
const mostConnections = { each: 100, all: 2000 };
/** How long requests may take to end when the server ends, ms. */
const graceMs = 3000;

/** Whether a name or address, as a setting or an address bar has it, is this computer's for itself. */
export function isLoopback(name: string): boolean {
  return ["127.0.0.1", "localhost", "::1", "[::1]"].includes(name);
}

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
  const { host, port, trustedProxy } = settings;
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
    limitConnections(server, trustedProxy);
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(port, host, resolve);
    });
    return {
      port: (server.address() as AddressInfo).port,
      /** Finishes what is being answered, for a while, and ends. */
      async close() {
        // A request that never ends must not keep the server from ending.
        const timer = setTimeout(() => server.closeAllConnections(), graceMs);
        await new Promise((resolve) => server.close(resolve));
        clearTimeout(timer);
      },
    };
  } catch (cause) {
    throw new SettingError(unusable(settings, cause), { cause });
  }
}

/** A client, not a proxy, that opens ever more connections loses the newest. */
function limitConnections(server: Server, trustedProxy: string): void {
  const open = new AddressCounts();
  server.maxConnections = mostConnections.all;
  server.on("connection", (socket: Socket) => {
    const remote = remoteOf(socket);
    const address = clientAddress(remote);
    const ofAddress = open.add(address, 1);
    socket.once("close", () => open.add(address, -1));
    const isProxy = isSameAddress(remote, trustedProxy);
    if (ofAddress > mostConnections.each && !isProxy) socket.destroy();
  });
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
  const ownOnly = isLoopback(host);
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
