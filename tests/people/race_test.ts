import assert from "node:assert/strict";
import { register } from "../../lib/people/register.ts";
import type {
  FaceToRegister,
  RegistrationPolicy,
} from "../../lib/people/registration_rules.ts";
import type { EmbeddingStore } from "../../lib/store/embedding_store.ts";
import { openAt } from "../store/open_at.ts";
import { postgresMissing, startPostgres } from "../store/postgres_server.ts";
import { sampleVector } from "../store/sample_templates.ts";
import { withTempFolder } from "../store/temp_folder.ts";

const RACES = 40;
const chip = { width: 1, height: 1, data: new Uint8Array(3) };

function face(user: string, seed: number): FaceToRegister {
  return {
    user,
    photo: `${seed}.jpg`,
    photoSha256: String(seed).padStart(64, "0"),
    chip,
    vector: sampleVector(seed),
    issues: [],
    faceCount: 1,
  };
}

/** Two stores register one face each at once, again and again: what became of the two, and what is kept. */
async function race(
  stores: readonly [EmbeddingStore, EmbeddingStore],
  faces: (i: number) => readonly [FaceToRegister, FaceToRegister],
  policy: RegistrationPolicy,
): Promise<void> {
  for (let i = 0; i < RACES; i++) {
    const both = faces(i);
    const results = await Promise.all(
      stores.map((store, j) => register(store, [both[j]!], policy)),
    );
    const outcomes = results.map(([result]) => result!.outcome).sort();
    assert.deepEqual(outcomes, ["added", "refused"], `race ${i}`);
  }
  assert.equal((await stores[0].templates()).length, RACES);
}

async function races(open: () => Promise<EmbeddingStore>): Promise<void> {
  const stores = [await open(), await open()] as const;
  const nobody = { threshold: 1e-9, newUsers: true };
  // Two people choose one name that is new.
  await race(
    stores,
    (i) => [face(`user ${i}`, 2 * i), face(`user ${i}`, 2 * i + 1)],
    nobody,
  );
  for (const user of await stores[0].users()) await stores[0].remove(user);
  // One face comes under two names.
  await race(
    stores,
    (i) => [face(`one ${i}`, i), face(`two ${i}`, i)],
    { threshold: 1e-6 },
  );
  for (const store of stores) await store.close();
}

for (const name of ["faces.json", "faces.db"]) {
  Deno.test(`of two that register one new name, or one face, at the same moment one is refused: ${name}`, () =>
    withTempFolder((folder) => races(() => openAt(`${folder}/${name}`))));
}

const missing = postgresMissing();

Deno.test({
  name:
    `of two that register one new name, or one face, at the same moment one is refused: PostgreSQL${
      missing === null ? "" : ` (skipped: ${missing})`
    }`,
  ignore: missing !== null,
  async fn() {
    const server = await startPostgres();
    try {
      await races(() => openAt(server.url));
    } finally {
      await server.stop();
    }
  },
});
