/** Names of all settings, as .env.example has them; a test of the settings holds it to that. */
export const settingNames: readonly string[] = [
  ...Deno.readTextFileSync(new URL("../.env.example", import.meta.url))
    .matchAll(/^(\w+)=/gm),
].map(([, name]) => name!);
