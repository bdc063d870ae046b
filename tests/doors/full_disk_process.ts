/** `full_disk_process.ts FOLDER`: registers a photo through each door where FOLDER's chips have no room, and prints the results as JSON. */
import { createRecognizer } from "../../lib/recognize/recognizer.ts";
import { type CaseResult, doors, runCase } from "./run_case.ts";

const folder = Deno.args[0]!;
const place = { folder, recognizer: await createRecognizer() };
const results: Record<string, CaseResult> = {};
for (const [name, open] of Object.entries(doors)) {
  results[name] = await runCase(place, open, async (door) => [
    await door.register("andrew", "photos/andrew_1.jpg"),
  ]);
}
console.log(JSON.stringify(results));
place.recognizer.dispose();
