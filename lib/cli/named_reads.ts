/**
 * Narrows what a task may read to the project and what it is told to read. Photos lie wherever people
 * keep them and Deno's permissions are fixed at the start, so a task whose command line names files is
 * started with leave to read the whole disk (`--allow-read=/`). It imports this module before all
 * others: by the time any package runs, that leave is given up but for the paths on the command line
 * and in the settings, and nothing can ask for it back.
 */
import { dirname } from "node:path";
import { parseEnv } from "node:util";

/** What the permission set `faces` lets every task read: the project, and what native packages look at. */
const always = [".", "/proc/self/exe", "/usr/bin/ldd"];
/** Settings that name files or folders. */
const pathSettings = [
  "register_path",
  "save_path",
  "signin_image",
  "tls_cert",
  "tls_key",
  "PGSSLROOTCERT",
];
/** Settings that name files which are written: a file is not safe on the disk before its folder is. */
const writtenSettings = ["store", "store_key_file", "admin_path"];

const everything = { name: "read", path: "/" } as const;

if (Deno.permissions.querySync(everything).state === "granted") {
  const kept = [...always, ...namedOnCommandLine(), ...namedInSettings()];
  // What is granted with everything else is granted by itself from now on.
  for (const path of kept.filter((path) => path !== "")) {
    Deno.permissions.requestSync({ name: "read", path });
  }
  Deno.permissions.revokeSync(everything);
}

function namedOnCommandLine(): string[] {
  return Deno.args.map((word) => pathOf(word.replace(/^-[^=]*=?/, "")));
}

/** A store's address may say its kind before its path. */
function pathOf(address: string): string {
  return address.replace(/^(json|sqlite):/, "");
}

function namedInSettings(): string[] {
  const file = envFile();
  const given = (variable: string) => {
    const { state } = Deno.permissions.querySync({ name: "env", variable });
    const set = state === "granted" ? Deno.env.get(variable) : undefined;
    return set ?? file[variable] ?? "";
  };
  const database = URL.parse(given("store"));
  return [
    ...pathSettings.map(given),
    database?.searchParams.get("sslrootcert") ?? "",
    ...writtenSettings.map((setting) => dirname(pathOf(given(setting)))),
  ];
}

function envFile(): Partial<Record<string, string>> {
  try {
    return parseEnv(Deno.readTextFileSync(".env"));
  } catch {
    return {}; // The task itself says what is wrong with it.
  }
}
