/** `deno task evaluate-liveness [DIR]`: APCER of each attack instrument, and BPCER. */
import "../../lib/cli/named_reads.ts";
import { progressBar } from "../../lib/cli/progress.ts";
import { answer, runTask, taskCommand } from "../../lib/cli/run_task.ts";
import { readSettings } from "../../lib/config.ts";
import { UsageError } from "../../lib/errors.ts";
import { livenessSvg, livenessText } from "./liveness_report.ts";
import { rowsOf } from "./liveness_rows.ts";
import { playTakes } from "./takes.ts";
import { makeFolder } from "../../lib/evaluate/write_report.ts";
import { createFaceMeshes } from "../../lib/liveness/face_mesh.ts";
import type { Pace } from "../../lib/liveness/light_sequence.ts";
import { createRecognizer } from "../../lib/recognize/recognizer.ts";
import { writeFileAtomically } from "../../lib/store/atomic_file.ts";
import { instruments } from "./instruments.ts";
import { readLitPeople } from "./lit_people.ts";
import { evaluateLiveness } from "./play_scenes.ts";

const evaluateLivenessTask = taskCommand(
  "evaluate-liveness",
  "Plays people and attacks, composed of lit camera frames, to the live check: how often attacks pass and live people are refused.",
  "--kind 'print, flat' --tries 40",
)
  .argument(
    "[folder]",
    "manifest.json and a folder per person with frames lit by the room and by the screen apart",
    "tests/photos/light",
  )
  .option("--kind <name...>", "play these instruments only")
  .option(
    "--light <share...>",
    "try live people where the white screen gives their faces this share of the room's light",
    ["0.03", "0.05", "0.1", "0.3", "1", "2"],
  )
  .option(
    "--pace <pace...>",
    "how fast challenges go, usual or gentle: as for whoever asks the system for less motion",
    ["usual"],
  )
  .option("--tries <count>", "tries of each row", wholeNumber, 20)
  .option("--takes <folder>", "play what deno task lab recorded instead")
  .option("--out <folder>", "where the figure and the tries go", "evaluation")
  .action(async (folder, { kind, light, pace, tries, takes, out }) => {
    const chosen = named(kind);
    const [shares, paces] = [light.map(share), pace.map(paceNamed)];
    const people = takes === undefined ? await readLitPeople(folder) : [];
    await makeFolder(out);
    const networks = {
      recognizer: await createRecognizer(readSettings()),
      meshes: await createFaceMeshes(),
    };
    const cost = { frames: 0, cpuMs: 0 };
    const tried = takes !== undefined
      ? await playTakes(takes, networks, cost)
      : await evaluateLiveness({
        ...networks,
        people,
        instruments: chosen,
        shares,
        paces,
        tries,
        cost,
        onProgress: progressBar("Playing"),
      });
    const rows = rowsOf(tried);
    const files = [`${out}/liveness.svg`, `${out}/liveness.json`] as const;
    await writeFileAtomically(files[0], livenessSvg(rows));
    await writeFileAtomically(
      files[1],
      JSON.stringify({ rows, tries: tried, cost }),
    );
    answer({
      result: { people: people.length, rows, cost, files },
      lines: [
        ...livenessText(rows, cost),
        `Figure: ${files[0]}; each try: ${files[1]}`,
      ],
    });
  });

if (import.meta.main) await runTask(evaluateLivenessTask);

function share(text: string): number {
  const value = Number(text);
  if (text.trim() !== "" && value >= 0 && value <= 100) return value;
  throw new UsageError(
    `A share of light is a number such as 0.3, not ${text}.`,
  );
}

function paceNamed(text: string): Pace {
  if (text === "usual" || text === "gentle") return text;
  throw new UsageError(`A pace is usual or gentle, not ${text}.`);
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new UsageError(`Tries are a whole number above 0, not ${text}.`);
}

function named(kinds: readonly string[] | undefined) {
  if (kinds === undefined) return instruments;
  const unknown = kinds.find((kind) =>
    !instruments.some((instrument) => instrument.kind === kind)
  );
  if (unknown !== undefined) {
    throw new UsageError(
      `No instrument is called ${unknown}; there are: ${
        instruments.map(({ kind }) => kind).join("; ")
      }.`,
    );
  }
  return instruments.filter(({ kind }) => kinds.includes(kind));
}
