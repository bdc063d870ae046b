/**
 * Phi: the share of a standard normal distribution below z. Complementary error function after
 * Numerical Recipes (3rd edition, section 6.2.2), relative error under 1.2e-7.
 */
export function normalCdf(z: number): number {
  const x = Math.abs(z) / Math.SQRT2;
  const t = 1 / (1 + x / 2);
  const terms = [
    -1.26551223,
    1.00002368,
    0.37409196,
    0.09678418,
    -0.18628806,
    0.27886807,
    -1.13520398,
    1.48851587,
    -0.82215223,
    0.17087277,
  ];
  let polynomial = 0;
  for (let i = terms.length - 1; i >= 0; i--) {
    polynomial = polynomial * t + terms[i]!;
  }
  const tail = t * Math.exp(-x * x + polynomial) / 2;
  return z > 0 ? 1 - tail : tail;
}

/**
 * The inverse of Phi: the z under which a share p of a standard normal lies, by bisection of
 * `normalCdf` to within 1e-9. A DET curve's axes are in this unit ("normal deviate").
 */
export function normalQuantile(p: number): number {
  if (!(p > 0 && p < 1)) return p <= 0 ? -Infinity : p >= 1 ? Infinity : NaN;
  let low = -10;
  let high = 10;
  while (high - low > 1e-9) {
    const middle = (low + high) / 2;
    if (normalCdf(middle) < p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
