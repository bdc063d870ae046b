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
    context.fillStyle = "#777";
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.drawImage(image, (canvas.width - image.width) / 2, 0);
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
