/** What the API answers, for the type checker only; the contract is lib/web/schemas.ts. */
import type { z } from "@hono/zod-openapi";
import type * as schemas from "../schemas.ts";

type Of<T extends z.ZodType> = z.infer<T>;
export type Session = Of<typeof schemas.sessionState>;
export type SeenFace = Of<typeof schemas.seenFace>;
export type Challenge = Of<typeof schemas.issuedChallenge>;
export type FrameAnswer = Of<typeof schemas.frameAnswer>;
export type SignIn = Of<typeof schemas.signInAnswer>;
export type Registration = Of<typeof schemas.openedRegistration>;
export type Capture = Of<typeof schemas.captureAnswer>;
export type PhotoResult = Of<typeof schemas.photoResult>;
export type Upload = Of<typeof schemas.uploadAnswer>;
export type Registered = Of<typeof schemas.registeredAnswer>;
export type UserList = Of<typeof schemas.userList>;
export type UserDetails = Of<typeof schemas.userDetails>;
export type Removed = Of<typeof schemas.removedAnswer>;
export type Decision = Of<typeof schemas.decisionAnswer>;
export type Action = Challenge["actions"][number];
export type Expects = FrameAnswer["expects"];
export type Refusal = Exclude<FrameAnswer["verdict"], "pending" | "passed">;
export type Pose = Registration["poses"][number];
