/** The most costly pictures that the limits let through, each decoded in a process of its own. */
import assert from "node:assert/strict";
import sharp from "sharp";
import { fileURLToPath } from "node:url";

const mostMb = 600;
const script = fileURLToPath(new URL("decode_process.ts", import.meta.url));
const sideways = { orientation: 6 };
const plain = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: "#886655" } });

const costly = {
  "an interlaced 16-bit PNG of 48 megapixels with transparency": () =>
    plain(8000, 6000).ensureAlpha(0.5).toColourspace("rgb16")
      .png({ progressive: true }).withMetadata(sideways),
  "an AVIF of 24 megapixels": () =>
    plain(6000, 4000).avif({ effort: 0 }).withMetadata(sideways),
  "a progressive JPEG of 64 megapixels": () =>
    plain(8000, 8000).jpeg({ progressive: true, chromaSubsampling: "4:4:4" })
      .withMetadata(sideways),
};
for (const [name, make] of Object.entries(costly)) {
  Deno.test({
    name: `decoding ${name} takes less than ${mostMb} MB`,
    // Memory is read from /proc.
    ignore: Deno.build.os !== "linux",
    async fn() {
      const path = await Deno.makeTempFile();
      await make().toFile(path);
      const { success, stdout, stderr } = await new Deno.Command(
        Deno.execPath(),
        { args: ["run", "--allow-all", script, path] },
      ).output();
      assert.ok(success, new TextDecoder().decode(stderr));
      const peakMb = Number(new TextDecoder().decode(stdout));
      assert.ok(peakMb > 50 && peakMb < mostMb, `${peakMb} MB`);
      await Deno.remove(path);
    },
  });
}
