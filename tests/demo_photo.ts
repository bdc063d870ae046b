import { fileURLToPath } from "node:url";

/** A photo inside @vladmandic/face-api's package. */
export function demoPhoto(file: string): string {
  return fileURLToPath(
    new URL(
      `../node_modules/@vladmandic/face-api/demo/${file}`,
      import.meta.url,
    ),
  );
}
