/**
 * Turns vectors by an orthogonal matrix that only the key's holder can make: all distances stay, so
 * a server that must search can search, but without the key the numbers cannot be linked to the same
 * face elsewhere, and another key gives other numbers.
 *
 * What it does not protect against: who reads the server and knows as many embeddings of registered
 * people as the vector has dimensions can solve for the matrix; and distances between the kept
 * vectors are seen by anyone.
 */
export type Rotation = (vector: Float32Array) => Float32Array;

/**
 * Makes the rotation of a key: rows of Gaussian numbers from the key's own stream, made orthonormal
 * (which gives every rotation and reflection the same chance; Mezzadri 2007).
 */
export async function createRotation(
  secret: Uint8Array<ArrayBuffer>,
  dimensions: number,
): Promise<Rotation> {
  const numbers = await gaussians(secret, dimensions * dimensions);
  const rows: Float64Array[] = [];
  for (let i = 0; i < dimensions; i++) {
    const row = numbers.slice(i * dimensions, (i + 1) * dimensions);
    // Twice is enough to be orthogonal to the last bit (Giraud et al. 2005).
    for (const other of [...rows, ...rows]) {
      const share = dot(row, other);
      for (let j = 0; j < dimensions; j++) row[j]! -= share * other[j]!;
    }
    const length = Math.sqrt(dot(row, row));
    rows.push(row.map((value) => value / length));
  }
  return (vector) => Float32Array.from(rows, (row) => dot(row, vector));
}

/** Normally distributed numbers (Box and Muller 1958) from AES-256 in counter mode under a derived key. */
async function gaussians(
  secret: Uint8Array<ArrayBuffer>,
  count: number,
): Promise<Float64Array> {
  const base = await crypto.subtle.importKey("raw", secret, "HKDF", false, [
    "deriveKey",
  ]);
  const info = new TextEncoder().encode("face-sign-in rotation 1");
  const key = await crypto.subtle.deriveKey(
    { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(32), info },
    base,
    { name: "AES-CTR", length: 256 },
    false,
    ["encrypt"],
  );
  const pairs = Math.ceil(count / 2);
  const stream = await crypto.subtle.encrypt(
    { name: "AES-CTR", counter: new Uint8Array(16), length: 64 },
    key,
    new Uint8Array(pairs * 8),
  );
  const view = new DataView(stream);
  // In (0, 1]: the logarithm of 0 has no value.
  const uniform = (i: number) => (view.getUint32(i * 4, true) + 1) / 2 ** 32;
  const result = new Float64Array(pairs * 2);
  for (let i = 0; i < pairs; i++) {
    const radius = Math.sqrt(-2 * Math.log(uniform(2 * i)));
    const angle = 2 * Math.PI * uniform(2 * i + 1);
    result[2 * i] = radius * Math.cos(angle);
    result[2 * i + 1] = radius * Math.sin(angle);
  }
  return result;
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
