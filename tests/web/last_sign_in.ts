import { openStore } from "../../lib/store/open_store.ts";
import type { TestServer } from "./running_server.ts";

interface AuditLine {
  readonly event: string;
  readonly decision?: string;
  readonly claimed?: string | null;
  readonly reason?: string;
  readonly client?: string;
}

/** What the audit log says of the last sign-in. */
export async function lastSignIn({ settings }: TestServer): Promise<AuditLine> {
  const store = await openStore(settings);
  const entries: readonly AuditLine[] = await Array.fromAsync(
    store.audit!.entries(),
  );
  await store.close();
  return entries.findLast(({ event }) => event === "sign-in")!;
}
