import assert from "node:assert/strict";
import {
  areaUnderRoc,
  dPrime,
  equalErrorRate,
  errorRates,
  fnmrAtFmr,
  lfwAccuracy,
  moments,
} from "../../lib/evaluate/error_rates.ts";
import { sortScores } from "../../lib/evaluate/pair_scores.ts";
import {
  identificationRates,
  searchAll,
} from "../../lib/evaluate/identification.ts";
import searches from "./fixtures/search_sets.json" with { type: "json" };
import sets from "./fixtures/score_sets.json" with { type: "json" };

function near(found: number, expected: number, what: string): void {
  assert.ok(
    Math.abs(found - expected) < 1e-12,
    `${what}: ${found}, not ${expected}`,
  );
}

for (const set of sets) {
  Deno.test(`every measure of the score set "${set.name}" is what an independent program finds`, () => {
    const { genuine, impostor } = set;
    const sorted = sortScores(genuine, impostor);
    const { fmr, fnmr } = errorRates(sorted, set.threshold);
    near(fmr, set.fmr, "FMR");
    near(fnmr, set.fnmr, "FNMR");
    near(equalErrorRate(sorted).rate, set.eer, "EER");
    near(areaUnderRoc(sorted), set.auc, "AUC");
    if (set.dPrime !== null) {
      const [g, i] = [moments(sorted.genuine), moments(sorted.impostor)];
      near(dPrime(g, i), set.dPrime, "d'");
    }
    const enough = 1e6;
    near(fnmrAtFmr(sorted, 0.1, enough)!.fnmr, set.fnmrAtFmr10, "FNMR at 10 %");
    near(fnmrAtFmr(sorted, 0.01, enough)!.fnmr, set.fnmrAtFmr1, "FNMR at 1 %");
    if (set.lfw === null) return;
    const dealt = (distances: readonly number[], same: boolean) =>
      distances.map((distance, i) => ({ distance, same, fold: i % 4 }));
    const { mean } = lfwAccuracy([
      ...dealt(genuine, true),
      ...dealt(impostor, false),
    ]);
    near(mean, set.lfw, "LFW accuracy");
  });
}

Deno.test("rank-1 and DIR are what an independent program finds", () => {
  for (const { person, place, ...expected } of searches) {
    const found = searchAll(
      Uint32Array.from(person),
      (i, j) => Math.abs(place[i]! - place[j]!),
    );
    const atTen = identificationRates(found, 0.1);
    near(atTen.rank1, expected.rank1, "rank-1");
    near(atTen.dir, expected.dirAtFpir10, "DIR at 10 %");
    near(
      identificationRates(found, 0.01).dir,
      expected.dirAtFpir1,
      "DIR at 1 %",
    );
  }
});
