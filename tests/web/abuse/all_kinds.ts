import { addressKinds } from "./address_kinds.ts";
import { bodyKinds } from "./body_kinds.ts";
import { headerKinds } from "./header_kinds.ts";
import type { Kind } from "./kind.ts";
import { pictureKinds } from "./picture_kinds.ts";

/** All kinds of bad requests. */
export const allKinds: readonly Kind[] = [
  ...pictureKinds,
  ...bodyKinds,
  ...addressKinds,
  ...headerKinds,
];
