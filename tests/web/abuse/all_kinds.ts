import { addressKinds } from "./address_kinds.ts";
import { formKinds } from "./form_kinds.ts";
import { headerKinds } from "./header_kinds.ts";
import { jsonKinds } from "./json_kinds.ts";
import type { Kind } from "./kind.ts";
import { pictureKinds } from "./picture_kinds.ts";
import { sizeKinds } from "./size_kinds.ts";

/** All kinds of bad requests. */
export const allKinds: readonly Kind[] = [
  ...pictureKinds,
  ...jsonKinds,
  ...formKinds,
  ...sizeKinds,
  ...addressKinds,
  ...headerKinds,
];
