/** `deno task bench web [--json] [--seconds S] [--clients 1,2,4,8,16]`: how many sign-in frames the server takes. */
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { readSettings } from "../../lib/config.ts";
import { UsageError } from "../../lib/errors.ts";
import { type Machine, thisMachine } from "./machine.ts";
import { percentile } from "./percentile.ts";
import { createRecognizer } from "../../lib/recognize/recognizer.ts";
import { registerPhotos } from "../../lib/people/register_photos.ts";
import { openStore } from "../../lib/store/open_store.ts";
import type { StoreModel } from "../../lib/store/embedding_store.ts";
import { type Load, measureLoad } from "./web_load.ts";
import { startServer } from "../../lib/web/server.ts";
import { parsedOrUsage } from "../run_script.ts";

const usage =
  "deno task bench web [--json] [--seconds S] [--clients 1,2,4,8,16]";
const framesFolder = inProject("tests/photos/light/andrew");
const portrait = inProject("registration_photos/andrew_01.jpg");

function inProject(path: string): string {
  return fileURLToPath(new URL(`../../${path}`, import.meta.url));
}

/** One line of the report. */
interface WebBench {
  readonly clients: number;
  readonly framesPerSecond: number;
  readonly frameP50Ms: number;
  readonly frameP95Ms: number;
  /** Share of frames answered 503. */
  readonly busyShare: number;
  readonly pageP50Ms: number;
  readonly pageP95Ms: number;
}

interface WebReport {
  readonly machine: Machine;
  readonly secondsEach: number;
  readonly loads: readonly WebBench[];
}

/** Measures the real server on this machine, with its real workers, over HTTP. */
export async function benchWeb(args: string[]): Promise<number> {
  const { values } = parsedOrUsage(usage, () =>
    parseArgs({
      args,
      options: {
        json: { type: "boolean" },
        seconds: { type: "string", default: "10" },
        clients: { type: "string", default: "1,2,4,8,16" },
        help: { type: "boolean", short: "h" },
      },
    }));
  if (values.help) {
    console.log(`usage: ${usage}`);
    return 0;
  }
  const seconds = numberOf("seconds", values.seconds, 25);
  const clients = values.clients.split(",").map((text) =>
    numberOf("clients", text, 19)
  );
  const report = await measure(seconds, clients);
  console.log(values.json ? JSON.stringify(report, null, 2) : asText(report));
  return 0;
}

function numberOf(option: string, text: string, most: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= most) return value;
  throw new UsageError(
    `--${option} ${text} is not a count of 1 to ${most}; usage: ${usage}`,
  );
}

async function measure(
  seconds: number,
  clients: readonly number[],
): Promise<WebReport> {
  const folder = await Deno.makeTempDir({ prefix: "face-bench-" });
  const own: Record<string, string> = {
    store: `${folder}/faces.db`,
    save_path: `${folder}/chips`,
    admin_path: `${folder}/admin`,
    port: "0",
    live: "motion",
  };
  const settings = readSettings({ env: (name) => own[name] });
  try {
    const { modelId, dimensions } = await registerSomebody(settings);
    const store = await openStore(settings, { modelId, dimensions });
    const server = await startServer(settings, {
      perMinute: { all: 1e9, opening: 1e9 },
    });
    const frames = await readFrames();
    const loads: WebBench[] = [];
    for (const count of clients) {
      const durationMs = seconds * 1000;
      // Challenges that nobody passes count as failed sign-ins of this machine.
      await store.attempts.succeeded({ client: "127.0.0.1" });
      loads.push(
        summarize(
          await measureLoad(server.url, { clients: count, durationMs, frames }),
        ),
      );
    }
    await server.stop();
    await store.close();
    return { machine: thisMachine(), secondsEach: seconds, loads };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function registerSomebody(
  settings: ReturnType<typeof readSettings>,
): Promise<StoreModel> {
  const recognizer = await createRecognizer(settings);
  const store = await openStore(settings, recognizer);
  const photo = { user: "andrew", path: portrait, name: "andrew_01.jpg" };
  await registerPhotos(recognizer, store, [photo]);
  await store.close();
  recognizer.dispose();
  return recognizer;
}

/** A face that looks straight ahead and follows no dot: the challenge lasts as long as it may. */
async function readFrames(): Promise<Uint8Array<ArrayBuffer>[]> {
  const names = ["straight_00", "straight_02", "straight_04", "straight_06"];
  return await Promise.all(
    names.map((name) => Deno.readFile(`${framesFolder}/${name}.room.jpg`)),
  );
}

function summarize({ frameMs, pageMs, ...load }: Load): WebBench {
  return {
    ...load,
    frameP50Ms: percentile(frameMs, 0.5),
    frameP95Ms: percentile(frameMs, 0.95),
    pageP50Ms: percentile(pageMs, 0.5),
    pageP95Ms: percentile(pageMs, 0.95),
  };
}

function asText({ machine, secondsEach, loads }: WebReport): string {
  const number = (value: number, digits = 0) =>
    value.toFixed(digits).padStart(9);
  return [
    `${machine.cpu}, ${machine.cores} cores, Deno ${machine.deno}; clients on the same machine, ${secondsEach} s each; ms:`,
    "clients frames/s  frame 50th  95th     busy    GET / 50th  95th",
    ...loads.map((load) =>
      [
        String(load.clients).padStart(7),
        number(load.framesPerSecond, 1),
        "  ",
        number(load.frameP50Ms),
        number(load.frameP95Ms),
        `${number(100 * load.busyShare)} %`,
        "  ",
        number(load.pageP50Ms, 1),
        number(load.pageP95Ms, 1),
      ].join("")
    ),
  ].join("\n");
}
