/** `deno task evaluate-liveness [DIR]`: APCER of each kind of attack, and BPCER. */
import { readSettings } from "../config.ts";
import { UsageError } from "../errors.ts";
import { attacksOn } from "../evaluate/liveness/attacks.ts";
import { evaluateLiveness } from "../evaluate/liveness/evaluate_liveness.ts";
import { livenessText } from "../evaluate/liveness/liveness_text.ts";
import { readRecordings } from "../evaluate/liveness/recordings.ts";
import { createPassiveNetworks } from "../liveness/passive_networks.ts";
import { passiveFloors } from "../liveness/passive_scores.ts";
import { euclideanDistance } from "../match/distance.ts";
import { createRecognizer } from "../recognize/recognizer.ts";
import { progressBar } from "./progress.ts";
import { answer, runTask, taskCommand } from "./run_task.ts";

const evaluateLivenessTask = taskCommand(
  "evaluate-liveness",
  "Plays camera frames of people and attacks made of them to the live check: how often attacks pass and live people are refused.",
  "--kind 'a photo held still'",
)
  .argument(
    "[folder]",
    "a folder per person with frames named turn_left_00.jpg, turn_right_00.jpg, blink_00.jpg, " +
      "mouth_open_00.jpg and so on, each action from looking straight to looking straight",
    "tests/photos/liveness",
  )
  .option("--kind <name...>", "play attacks of these kinds only")
  .option(
    "--antispoof-floor <score>",
    "refuse below this score, 0 to 1",
    floor,
    passiveFloors.antispoof,
  )
  .option(
    "--liveness-floor <score>",
    "refuse below this score, 0 to 1",
    floor,
    passiveFloors.liveness,
  )
  .action(async (folder, values) => {
    const settings = readSettings();
    const floors = {
      antispoof: values.antispoofFloor,
      liveness: values.livenessFloor,
    };
    const people = await readRecordings(folder);
    const attacks = namedKinds(attacksOn(people), values.kind);
    const recognizer = await createRecognizer(settings);
    const networks = await createPassiveNetworks();
    const evaluation = await evaluateLiveness(
      people,
      { recognizer, networks },
      {
        timeLimitMs: 30_000,
        samePersonDistance: settings.threshold ?? recognizer.defaultThreshold,
        distance: euclideanDistance,
        passiveFloors: floors,
      },
      attacks,
      progressBar("playing"),
    );
    answer({ result: evaluation, lines: livenessText(evaluation) });
  });

if (import.meta.main) await runTask(evaluateLivenessTask);

function floor(text: string): number {
  const value = Number(text);
  if (text.trim() !== "" && value >= 0 && value <= 1) return value;
  throw new UsageError(`A floor is a number between 0 and 1, not ${text}.`);
}

function namedKinds<T extends { readonly kind: string }>(
  attacks: readonly T[],
  kinds: readonly string[] | undefined,
): readonly T[] {
  if (kinds === undefined) return attacks;
  for (const kind of kinds) {
    if (!attacks.some((attack) => attack.kind === kind)) {
      throw new UsageError(
        `No attack is called ${kind}; there are: ${
          attacks.map((attack) => attack.kind).join("; ")
        }.`,
      );
    }
  }
  return attacks.filter(({ kind }) => kinds.includes(kind));
}
