import jstat from "jstat";

interface Continuous<Parameters extends readonly number[]> {
  cdf(x: number, ...parameters: Parameters): number;
  inv(share: number, ...parameters: Parameters): number;
}

const { beta, normal, studentt } = jstat as {
  beta: Continuous<[alpha: number, beta: number]>;
  normal: Continuous<[mean: number, deviation: number]>;
  studentt: Continuous<[degreesOfFreedom: number]>;
};

/** The value under which a share (0 to 1) of a beta distribution lies. */
export const betaQuantile = beta.inv;

/** The value under which a share (0 to 1) of Student's t lies. */
export const studentQuantile = studentt.inv;

/** The chance that Student's t lies at least as far from 0 as this value, on either side. */
export function studentP(t: number, degreesOfFreedom: number): number {
  return 2 * studentt.cdf(-Math.abs(t), degreesOfFreedom);
}

/**
 * The z under which a share p (0 to 1) of a standard normal lies. A DET
 * curve's axes are in this unit ("normal deviate").
 */
export function normalQuantile(p: number): number {
  return normal.inv(p, 0, 1);
}
