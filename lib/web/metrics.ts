import { Counter, Gauge, Histogram, Registry } from "prom-client";

/** What the server counts, as Prometheus reads it. No names, no addresses. */
export class Metrics {
  readonly registry = new Registry();
  readonly #requests = new Counter({
    name: "http_requests_total",
    help: "Requests answered, by method and status",
    labelNames: ["method", "status"],
    registers: [this.registry],
  });
  readonly #frameSeconds = new Histogram({
    name: "frame_seconds",
    help: "Time from a frame's arrival to its description",
    buckets: [0.025, 0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2],
    registers: [this.registry],
  });
  readonly #signIns = new Counter({
    name: "sign_ins_total",
    help: "Sign-ins by outcome: accepted, rejected, or why they were refused",
    labelNames: ["outcome"],
    registers: [this.registry],
  });

  /** @param gauges name, help and what is read whenever somebody asks */
  constructor(gauges: readonly (readonly [string, string, () => number])[]) {
    for (const [name, help, read] of gauges) {
      const collect = function (this: Gauge) {
        this.set(read());
      };
      new Gauge({ name, help, registers: [this.registry], collect });
    }
  }

  request(method: string, status: number): void {
    const known = /^(GET|HEAD|POST|PATCH|DELETE)$/.test(method);
    this.#requests.inc({ method: known ? method : "other", status });
  }

  frame(seconds: number): void {
    this.#frameSeconds.observe(seconds);
  }

  signIn(outcome: string): void {
    this.#signIns.inc({ outcome });
  }
}
