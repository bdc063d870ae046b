// @ts-check
/// <reference lib="dom" />
/**
 * Put into a page before its own scripts: a camera whose picture the test chooses.
 *
 * Where the test gives a lit person, the camera shows that person before this very screen: lit by
 * the colour that the page shows, and with the head turned after its dot, each as long ago as a
 * camera and a person take. Otherwise it asks the test for a picture at the start and after every
 * answer of the server, so that each frame sent is the test's next, however slow the machine is.
 */
(() => {
  /** @typedef {{ yawDeg: number, room: string, screen: string | null, factor: number }} LitLayers */
  /** @type {{ share: number, frames: LitLayers[] } | undefined} */
  // @ts-ignore: the test gives it
  const lit = globalThis.litPerson;

  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d");
  /** @type {MediaStreamTrack | null} */
  let track = null;

  /** @type {ReturnType<typeof setInterval> | undefined} Shows the lit person. */
  let standing;

  /** @type {HTMLImageElement | HTMLCanvasElement} */
  let picture = new Image();

  // Drawn again and again: a canvas that does not change gives no frames.
  function draw() {
    if (context === null || picture.height === 0) return;
    // Phones and laptops give wide pictures: the portrait stands in the middle of one.
    const { width, height } = picture;
    const wide = Math.round(height * 4 / 3);
    if (canvas.width !== wide || canvas.height !== height) {
      canvas.width = wide;
      canvas.height = height;
    }
    const side = (wide - width) / 2;
    context.drawImage(picture, side, 0);
    // Its edges go on to the sides, as a wall would.
    context.drawImage(picture, 0, 0, 2, height, 0, 0, side, height);
    context.drawImage(
      picture,
      width - 2,
      0,
      2,
      height,
      side + width,
      0,
      side,
      height,
    );
  }
  setInterval(draw, 66);

  /** @param {Record<string, unknown>} answer */
  async function show(answer) {
    clearInterval(standing);
    // @ts-ignore: the test gives it
    const base64 = await globalThis.nextFrame(JSON.stringify(answer));
    picture = await load(base64);
    draw();
    // Until the video shows it.
    await new Promise((resolve) => setTimeout(resolve, 120));
  }

  /** @param {string} base64 */
  async function load(base64) {
    const image = new Image();
    image.src = `data:image/jpeg;base64,${base64}`;
    await image.decode();
    return image;
  }

  /** Bytes as linear light (IEC 61966-2-1), and back in steps fine enough. */
  const linear = Float32Array.from({ length: 256 }, (_, byte) => {
    const value = byte / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  const encoded = Uint8ClampedArray.from({ length: 4097 }, (_, i) => {
    const value = i / 4096;
    return 255 *
      (value <= 0.0031308 ? 12.92 * value : 1.055 * value ** (1 / 2.4) - 0.055);
  });

  /** @param {HTMLImageElement} image */
  function lightOf(image) {
    const { width, height } = image;
    const sheet = new OffscreenCanvas(width, height).getContext("2d");
    if (sheet === null) throw new Error("no canvas");
    sheet.drawImage(image, 0, 0);
    const { data } = sheet.getImageData(0, 0, width, height);
    return Float32Array.from(data, (byte) => linear[byte] ?? 0);
  }

  /** @param {NonNullable<typeof lit>} person */
  async function standBefore(person) {
    const frames = await Promise.all(person.frames.map(async (frame) => {
      const room = await load(frame.room);
      const screen = frame.screen === null ? null : await load(frame.screen);
      return {
        yawDeg: frame.yawDeg,
        factor: frame.factor * person.share,
        room: lightOf(room),
        screen: screen === null ? null : lightOf(screen),
        width: room.width,
        height: room.height,
      };
    }));
    const first = frames[0];
    if (first === undefined) throw new Error("no frames");
    const sheet = document.createElement("canvas");
    sheet.width = first.width;
    sheet.height = first.height;
    const paint = sheet.getContext("2d");
    /** @type {{ atMs: number, color: number[], place: number }[]} */
    const past = [];
    const look = () => {
      const main = document.getElementById("main");
      const dot = document.getElementById("dot");
      const shown = main?.style.getPropertyValue("--light") ?? "";
      const bytes = shown.match(/[\d.]+/g)?.map(Number) ?? [124, 124, 124];
      const place = dot?.hidden === false
        ? Number(dot.style.getPropertyValue("--place"))
        : 0;
      const color = bytes.map((byte) => linear[Math.round(byte)] ?? 0);
      past.push({ atMs: performance.now(), color, place });
      if (past.length > 400) past.shift();
      requestAnimationFrame(look);
    };
    look();
    /** @param {number} agoMs */
    const then = (agoMs) =>
      past.findLast(({ atMs }) => atMs <= performance.now() - agoMs) ?? past[0];
    let count = 0;
    standing = setInterval(() => {
      const { color = [] } = then(80) ?? {};
      const yawDeg = -25 * (then(380)?.place ?? 0);
      const straight = frames.filter(({ screen }) => screen !== null);
      const frame = Math.abs(yawDeg) < 4
        ? straight[Math.floor(count++ / 5) % straight.length]
        : frames.toSorted((a, b) =>
          Math.abs(a.yawDeg - yawDeg) - Math.abs(b.yawDeg - yawDeg)
        )[0];
      if (frame === undefined || paint === null) return;
      const image = paint.createImageData(sheet.width, sheet.height);
      for (let i = 0; i < image.data.length; i++) {
        const own = frame.room[i] ?? 0;
        const added = frame.screen?.[i] ?? 0;
        const light = own + frame.factor * (color[i % 4] ?? 0) * added;
        image.data[i] = i % 4 === 3
          ? 255
          : encoded[Math.min(4096, Math.round(4096 * 0.8 * light))] ?? 0;
      }
      paint.putImageData(image, 0, 0);
      picture = sheet;
    }, 66);
  }

  navigator.mediaDevices.getUserMedia = async () => {
    // A registration may begin with the live check.
    const live = location.pathname === "/" ||
      document.getElementById("live-first")?.hidden === false;
    if (lit !== undefined && live) {
      if (track === null) await standBefore(lit);
      while (picture.height === 0) {
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      draw();
    } else await show({ due: "straight" });
    const stream = canvas.captureStream(15);
    track = stream.getVideoTracks()[0] ?? null;
    return stream;
  };
  // @ts-ignore: for the test, which pulls the plug
  globalThis.unplugCamera = () => track?.dispatchEvent(new Event("ended"));

  const send = globalThis.fetch;
  globalThis.fetch = async (...request) => {
    const response = await send(...request);
    const [capture, frame] = [/\/captures$/, /\/frames(\?|$)/].map((path) =>
      path.test(String(request[0]))
    );
    if (!response.ok || !(capture || frame)) return response;
    const answer = await response.clone().json();
    // Who passed a check before registering looks straight ahead again before the first picture.
    const registers = answer.verdict === "passed" &&
      location.pathname === "/register";
    if (capture || lit === undefined || registers) await show(answer);
    return response;
  };
})();
