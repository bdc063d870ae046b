/** `deno task evaluate-liveness [DIR]`: APCER of each kind of attack, and BPCER. */
import { parseArgs } from "node:util";
import { readSettings, type Settings } from "../config.ts";
import { SettingError, UsageError } from "../errors.ts";
import { attacksOn } from "../evaluate/liveness/attacks.ts";
import { evaluateLiveness } from "../evaluate/liveness/evaluate_liveness.ts";
import { livenessText } from "../evaluate/liveness/liveness_text.ts";
import { readRecordings } from "../evaluate/liveness/recordings.ts";
import { createPassiveNetworks } from "../liveness/passive_networks.ts";
import { passiveFloors } from "../liveness/passive_scores.ts";
import { euclideanDistance } from "../match/distance.ts";
import { createRecognizer } from "../recognize/recognizer.ts";
import { progressBar } from "./progress.ts";
import { parsedOrUsage, runTask } from "./run_task.ts";

const usage = `deno task evaluate-liveness [DIR] [--kind NAME]…
  [--antispoof-floor X] [--liveness-floor X] [--json]

DIR (default: tests/photos/liveness) holds a folder per person with camera frames
named turn_left_00.jpg, turn_right_00.jpg, blink_00.jpg, mouth_open_00.jpg and so
on, each action from looking straight to looking straight. --kind plays attacks of
this kind only. A floor is a score between 0 and 1.`;

const options = {
  kind: { type: "string", multiple: true },
  "antispoof-floor": { type: "string" },
  "liveness-floor": { type: "string" },
  json: { type: "boolean", default: false },
  help: { type: "boolean", short: "h", default: false },
} as const;

if (import.meta.main) await runTask(evaluateLivenessTask);

async function evaluateLivenessTask(args: string[]): Promise<number> {
  const { values, positionals } = parsedOrUsage(
    usage,
    () => parseArgs({ args, options, allowPositionals: true }),
  );
  if (values.help) {
    console.log(`usage: ${usage}`);
    return 0;
  }
  if (positionals.length > 1) {
    throw new UsageError(`Name one folder of frames; usage: ${usage}`);
  }
  const settings = checkedSettings();
  const floors = {
    antispoof: floor(values["antispoof-floor"], passiveFloors.antispoof),
    liveness: floor(values["liveness-floor"], passiveFloors.liveness),
  };
  const people = await readRecordings(
    positionals[0] ?? "tests/photos/liveness",
  );
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
  if (values.json) console.log(JSON.stringify(evaluation, null, 2));
  else for (const line of livenessText(evaluation)) console.log(line);
  return 0;
}

function checkedSettings(): Settings {
  const settings = readSettings();
  if (settings.detector === "mtcnn") {
    throw new SettingError(
      "Liveness needs the 68 landmarks that detector=mtcnn does not find; set detector=ssd.",
    );
  }
  return settings;
}

function floor(given: string | undefined, fallback: number): number {
  const value = given === undefined ? fallback : Number(given);
  if (given?.trim() === "" || !(value >= 0 && value <= 1)) {
    throw new UsageError(
      `A floor is a number between 0 and 1, not ${given}; usage: ${usage}`,
    );
  }
  return value;
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
