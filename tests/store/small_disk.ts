/** Whether a small disk cannot be mounted here for a test that fills it. @param user how `unshare` becomes root */
export async function cannotMount(...user: string[]): Promise<boolean> {
  const args = [
    ...user,
    "--mount",
    "mount",
    "-t",
    "tmpfs",
    "none",
    "/mnt",
  ];
  try {
    const command = new Deno.Command("unshare", {
      args,
      stdout: "null",
      stderr: "null",
    });
    return !(await command.output()).success;
  } catch {
    return true;
  }
}
