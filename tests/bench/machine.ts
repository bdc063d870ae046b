import { cpus, totalmem } from "node:os";

/** What a measurement was made on. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGb: number;
  readonly system: string;
  readonly deno: string;
}

/** This machine; needs permission to ask the system. */
export function thisMachine(): Machine {
  return {
    cpu: cpus()[0]?.model.trim() || "unknown",
    cores: navigator.hardwareConcurrency,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    system: `${Deno.build.os} ${Deno.build.arch}`,
    deno: Deno.version.deno,
  };
}

/**
 * Most memory this process has held so far, MB: Linux's VmHWM. Null where the system does not
 * tell, or without the permission to read /proc.
 */
export function peakMemoryMb(): number | null {
  return memoryMb("VmHWM");
}

/** Memory this process holds now, MB: Linux's VmRSS, or null as for `peakMemoryMb`. */
export function residentMemoryMb(): number | null {
  return memoryMb("VmRSS");
}

function memoryMb(name: "VmHWM" | "VmRSS"): number | null {
  try {
    const status = Deno.readTextFileSync("/proc/self/status");
    const kb = new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(status)?.[1];
    return kb === undefined ? null : Math.round(Number(kb) / 1024);
  } catch {
    return null;
  }
}
