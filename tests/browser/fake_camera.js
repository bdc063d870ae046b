// @ts-check
/// <reference lib="dom" />
/**
 * Put into a page before its own scripts: a camera whose picture the test chooses. It asks the test
 * for a picture at the start and after every answer of the server, so that each frame sent is the
 * actor's next, however slow the machine is.
 */
(() => {
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d");
  /** @type {MediaStreamTrack | null} */
  let track = null;

  let image = new Image();

  // Drawn again and again: a canvas that does not change gives no frames.
  function draw() {
    if (context === null || image.height === 0) return;
    // Phones and laptops give wide pictures: the portrait stands in the middle of one.
    canvas.width = image.height * 4 / 3;
    canvas.height = image.height;
    const { width, height } = image;
    const side = (canvas.width - width) / 2;
    context.drawImage(image, side, 0);
    // Its edges go on to the sides, as a wall would.
    context.drawImage(image, 0, 0, 2, height, 0, 0, side, height);
    context.drawImage(
      image,
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
  setInterval(draw, 100);

  /** @param {Record<string, unknown>} answer */
  async function show(answer) {
    // @ts-ignore: the test gives it
    const base64 = await globalThis.nextFrame(JSON.stringify(answer));
    const next = new Image();
    next.src = `data:image/jpeg;base64,${base64}`;
    await next.decode();
    image = next;
    draw();
    // Until the video shows it.
    await new Promise((resolve) => setTimeout(resolve, 120));
  }

  navigator.mediaDevices.getUserMedia = async () => {
    await show({ expects: "look-straight", due: "straight" });
    const stream = canvas.captureStream(10);
    track = stream.getVideoTracks()[0] ?? null;
    return stream;
  };
  // @ts-ignore: for the test, which pulls the plug
  globalThis.unplugCamera = () => track?.dispatchEvent(new Event("ended"));

  const send = globalThis.fetch;
  globalThis.fetch = async (...request) => {
    const response = await send(...request);
    if (/\/(frames|captures)$/.test(String(request[0])) && response.ok) {
      await show(await response.clone().json());
    }
    return response;
  };
})();
