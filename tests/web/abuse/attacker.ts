import { ApiClient } from "../api_client.ts";

/**
 * Somebody with a session, a challenge and a registration of their own, who comes from an address
 * of their own: otherwise the limits per address would answer for everything behind them.
 */
export interface Attacker {
  readonly client: ApiClient;
  readonly challenge: string;
  readonly registration: string;
  close(): void;
}

/** @param number from 1 to 250 */
export async function createAttacker(
  url: string,
  number: number,
): Promise<Attacker> {
  const from = Deno.createHttpClient({ localAddress: `127.0.9.${number}` });
  const client = await new ApiClient(url, from).begin();
  const challenge = await client.post<{ id: string }>("api/challenges");
  const registration = await client.post<{ id: string }>(
    "api/registrations",
    { name: `attacker ${number}`, consent: true },
  );
  return {
    client,
    challenge: challenge.body.id,
    registration: registration.body.id,
    close: () => from.close(),
  };
}
