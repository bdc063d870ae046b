import { FaceSignInError, printable } from "../errors.ts";
import type { Match } from "../match/gallery.ts";
import type { ChosenThreshold } from "../people/choose_threshold.ts";
import { reasonText } from "../people/reasons.ts";
import type { SignIn } from "../people/sign_in.ts";
import type { Recognizer } from "../recognize/recognizer.ts";
import { counted } from "../words.ts";
import type { Outcome } from "./run_task.ts";

const codes = {
  accepted: 0,
  unanswered: 2,
  /** Not 1, which Deno returns for failures of its own, such as a task that does not exist. */
  rejected: 4,
};

/** What a photo came to: a decision, or why there is none. */
export type Verdict = SignIn | FaceSignInError;

/** The model that embedded, and who chose the threshold. */
type DecidedBy =
  & Pick<Recognizer, "modelId">
  & Pick<ChosenThreshold, "thresholdFrom">;

/** A decision as text and JSON. */
export function outcomeOfOne(
  result: SignIn,
  paths: readonly string[],
  by: DecidedBy,
): Outcome {
  const { thresholdFrom } = by;
  const { accepted, user, claimed, nearest, ranking, threshold, faces } =
    result;
  const verdict = accepted
    ? `Accepted: this is ${user}.`
    : claimed !== null
    ? `Rejected: this is not ${claimed}.`
    : "Rejected: this is nobody who is registered.";
  return {
    exitCode: accepted ? codes.accepted : codes.rejected,
    result: { ...asJson(result, paths), ...by },
    lines: [
      verdict,
      ...paths.map((path) => `  sign-in photo     ${printable(path)}`),
      ...(nearest === null ? [] : nearestLines(nearest, threshold)),
      ...(accepted ? [] : tooCloseLines(ranking, threshold)),
      ...(thresholdFrom.startsWith("calibration")
        ? [`  threshold from    ${thresholdFrom}`]
        : []),
      ...faces.flatMap(({ issues }, i) =>
        issues.map((issue) =>
          `  note              ${paths.length > 1 ? `${paths[i]}: ` : ""}${
            reasonText(issue, paths[i]!)
          }`
        )
      ),
    ],
  };
}

function nearestLines(
  { distance, template: { user, photo, createdAt } }: Match,
  threshold: number,
): string[] {
  const relation = distance < threshold ? "under" : "not under";
  return [
    `  distance          ${distance.toFixed(3)}, ${relation} the threshold ${
      threshold.toFixed(3)
    }`,
    `  nearest template  ${photo} of ${user}, registered ${
      createdAt.slice(0, 10)
    }`,
  ];
}

function tooCloseLines(
  [nearest, second]: readonly Match[],
  threshold: number,
): string[] {
  if (nearest === undefined || second === undefined) return [];
  if (!(nearest.distance < threshold)) return [];
  return [
    `  too close to call ${second.template.user} is only ${
      (second.distance - nearest.distance).toFixed(3)
    } further away, less than the margin`,
  ];
}

/** Decisions about several photos: a line for each and one for all. */
export function outcomeOfEach(
  verdicts: ReadonlyMap<string, Verdict>,
  by: DecidedBy,
): Outcome {
  const all = [...verdicts];
  const signIns = [...verdicts.values()].filter((verdict) =>
    "accepted" in verdict
  );
  const accepted = signIns.filter(({ accepted }) => accepted).length;
  const rejected = signIns.length - accepted;
  const unanswered = all.length - signIns.length;
  const widest = Math.max(...signIns.map(({ user }) => user?.length ?? 0), 1);
  return {
    exitCode: unanswered > 0
      ? codes.unanswered
      : rejected > 0
      ? codes.rejected
      : codes.accepted,
    result: {
      photos: all.map(([path, verdict]) =>
        verdict instanceof FaceSignInError
          ? { photo: path, error: errorJson(verdict) }
          : asJson(verdict, [path])
      ),
      accepted,
      rejected,
      unanswered,
      ...by,
    },
    lines: [
      ...all.map(([path, verdict]) => lineOf(path, verdict, widest)),
      `${
        counted(all.length, "photo")
      }: ${accepted} accepted, ${rejected} rejected, ${unanswered} could not be judged.`,
    ],
  };
}

function lineOf(path: string, verdict: Verdict, widest: number): string {
  if (verdict instanceof FaceSignInError) return `unjudged  ${verdict.message}`;
  const { accepted, user, nearest } = verdict;
  return [
    accepted ? "accepted" : "rejected",
    (user ?? "-").padEnd(widest),
    nearest?.distance.toFixed(3) ?? "",
    path,
  ].join("  ");
}

function errorJson({ kind, message, remedy }: FaceSignInError) {
  return { kind, message, remedy };
}

function asJson(result: SignIn, [photo, ...more]: readonly string[]) {
  const { template, distance = null } = result.nearest ?? {};
  return {
    verdict: result.accepted ? "accepted" : "rejected",
    user: result.user,
    claimed: result.claimed,
    distance,
    threshold: result.threshold,
    nearest: template === undefined ? null : {
      user: template.user,
      photo: template.photo,
      createdAt: template.createdAt,
    },
    ranking: result.ranking.map((match) => ({
      user: match.template.user,
      distance: match.distance,
    })),
    issues: result.faces.flatMap(({ issues }) =>
      issues.map(({ kind }) => kind)
    ),
    photo,
    ...(more.length === 0 ? {} : { photos: [photo, ...more] }),
  };
}
