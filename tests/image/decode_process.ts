/** Decodes a photo and prints the most memory that took, MB: decode_process.ts FILE. */
import { decodePhoto } from "../../lib/image/decode.ts";

await decodePhoto(await Deno.readFile(Deno.args[0]!));
const status = await Deno.readTextFile("/proc/self/status");
console.log(Number(status.match(/VmHWM:\s+(\d+)/)![1]) / 1024);
