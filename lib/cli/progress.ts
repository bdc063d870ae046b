const barLength = 24;

/** A progress bar on standard error for one thing. */
export function progressBar(
  what: string,
): (done: number, total: number) => void {
  return progressBars().bind(null, what);
}

/** A progress bar on standard error for each thing that is done in turn; nothing where that is not a terminal. */
export function progressBars(): (
  what: string,
  done: number,
  total: number,
) => void {
  if (!Deno.stderr.isTerminal()) return () => {};
  const encoder = new TextEncoder();
  let started = performance.now();
  let doing = "";
  return (what, done, total) => {
    if (what !== doing) [doing, started] = [what, performance.now()];
    const filled = Math.round(barLength * done / total);
    const bar = "█".repeat(filled) + "░".repeat(barLength - filled);
    const leftSeconds = (performance.now() - started) / done * (total - done) /
      1000;
    const text = `\r${what} ${bar} ${done}/${total}, ${
      Math.ceil(leftSeconds)
    } s left `;
    Deno.stderr.writeSync(
      encoder.encode(done < total ? text : `\r${" ".repeat(text.length)}\r`),
    );
  };
}
