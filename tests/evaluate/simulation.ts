import { randomLcg, randomNormal } from "d3-random";
import { normalQuantile } from "../../lib/evaluate/intervals.ts";
import { PairList, type ScoreSet } from "../../lib/evaluate/pair_scores.ts";
import { normalCdf } from "./helpers.ts";

/**
 * How a pair's distance varies: variances of effects that are drawn once for a person, a pair of
 * people, a photo, or each pair anew. What pairs share makes them err together.
 */
export interface Effects {
  /** Genuine pairs: how unlike their own photos a person's are. */
  readonly person: number;
  /** Impostor pairs: how near a person lies to everybody. */
  readonly lookalike: number;
  /** Impostor pairs: how alike two people are. */
  readonly couple: number;
  /** A photo, in all of its pairs of either kind. */
  readonly photo: number;
  /** Each pair. */
  readonly pair: number;
}

/** Three worlds: pairs almost independent; people who differ much; people who are alike by twos. */
export const worlds = {
  mild: { person: 0.2, lookalike: 0.05, couple: 0.2, photo: 0.1, pair: 0.5 },
  strong: { person: 0.5, lookalike: 0.15, couple: 0.3, photo: 0.1, pair: 0.2 },
  couples: { person: 0.3, lookalike: 0.05, couple: 0.6, photo: 0.1, pair: 0.1 },
} as const satisfies Record<string, Effects>;

/** A world whose true rates are known: at the distance 0, FNMR, FMR and so EER are `rate`. */
export class World {
  readonly #effects: Effects;
  readonly #genuineMean: number;
  readonly #impostorMean: number;
  readonly #deviations: readonly [genuine: number, impostor: number];
  readonly #normal: () => number;

  constructor(effects: Effects, rate: number, seed: number) {
    const { person, lookalike, couple, photo, pair } = effects;
    const genuine = Math.sqrt(person + 2 * photo + pair);
    const impostor = Math.sqrt(2 * lookalike + couple + 2 * photo + pair);
    this.#effects = effects;
    this.#deviations = [genuine, impostor];
    this.#genuineMean = normalQuantile(rate) * genuine;
    this.#impostorMean = -normalQuantile(rate) * impostor;
    this.#normal = randomNormal.source(randomLcg(seed / 1000))();
  }

  /** The true false match rate at a distance. */
  fmrAt(threshold: number): number {
    return normalCdf((threshold - this.#impostorMean) / this.#deviations[1]);
  }

  /** The true distance of the means in units of the pooled deviation. */
  get dPrime(): number {
    const [genuine, impostor] = this.#deviations;
    return (this.#impostorMean - this.#genuineMean) /
      Math.sqrt((genuine ** 2 + impostor ** 2) / 2);
  }

  /** The true area under the ROC curve. */
  get auc(): number {
    const [genuine, impostor] = this.#deviations;
    return normalCdf(
      (this.#impostorMean - this.#genuineMean) / Math.hypot(genuine, impostor),
    );
  }

  /** All pairs of some people's photos. */
  draw(people: number, photosEach = 6): ScoreSet {
    const { lookalike, couple } = this.#effects;
    const draw = (count: number, variance: number) =>
      Float64Array.from(
        { length: count },
        () => Math.sqrt(variance) * this.#normal(),
      );
    const own = draw(people, this.#effects.person);
    const alike = draw(people, lookalike);
    const couples = draw(people * people, couple);
    const photo = draw(people * photosEach, this.#effects.photo);
    const pairDeviation = Math.sqrt(this.#effects.pair);
    const most = photo.length ** 2 / 2;
    const genuine = new PairList(most);
    const impostor = new PairList(most);
    for (let i = 0; i < photo.length; i++) {
      const a = Math.floor(i / photosEach);
      for (let j = i + 1; j < photo.length; j++) {
        const b = Math.floor(j / photosEach);
        const pair = pairDeviation * this.#normal();
        if (a === b) {
          const effects = own[a]! + photo[i]! + photo[j]! + pair;
          genuine.add(this.#genuineMean + effects, i, j);
        } else {
          const effects = alike[a]! + alike[b]! + couples[a * people + b]! -
            photo[i]! - photo[j]! + pair;
          impostor.add(this.#impostorMean + effects, i, j);
        }
      }
    }
    return {
      genuine: genuine.scores(),
      impostor: impostor.scores(),
      person: Uint32Array.from(
        photo,
        (_, i) => Math.floor(i / photosEach),
      ),
      people,
    };
  }
}
