import { createRoute, z } from "@hono/zod-openapi";
import { type App, type AppParts } from "../app_context.ts";
import { Problem } from "../problems.ts";
import { answers, bytes, refusals } from "../responses.ts";
import { decisionAnswer } from "../schemas.ts";
import { answerChip } from "./user_routes.ts";

/** What is read of an evaluation's metrics.json. */
const evaluationFile = z.object({
  modelId: z.string(),
  createdAt: z.string(),
  acquisition: z.object({ photos: z.number(), people: z.number() }),
  verification: z.object({
    genuinePairs: z.number(),
    impostorPairs: z.number(),
    atThreshold: z.object({
      threshold: z.number(),
      fmr: z.number(),
      fnmr: z.number(),
    }),
    eer: z.object({ rate: z.number() }),
  }),
});

/** How this server decides. */
export function addDecisionRoutes(app: App, parts: AppParts): void {
  app.openapi(
    createRoute({
      method: "get",
      path: "/api/decision",
      summary: "Threshold, error rates, and this session's last sign-in",
      responses: { 200: answers(decisionAnswer, "The numbers"), ...refusals },
    }),
    async (context) => {
      const { model, chosen, margin } = parts;
      return context.json({
        modelId: model.modelId,
        ...chosen,
        margin,
        last: context.get("session").last?.answer ?? null,
        evaluation: await readEvaluation(parts),
      }, 200);
    },
  );

  app.openapi(
    createRoute({
      method: "get",
      path: "/api/decision/chip",
      summary: "The nearest template's chip of the last accepted sign-in",
      responses: { 200: bytes("The chip", "image/png"), ...refusals },
    }),
    async (context) => {
      const nearest = context.get("session").last?.nearest ?? null;
      if (nearest === null) {
        throw new Problem(404, "no-chip", "There is no accepted sign-in.");
      }
      return await answerChip(parts, nearest.user, nearest.photo);
    },
  );
}

/** The last evaluation's numbers; null unless they are of this model at this threshold. */
async function readEvaluation({ evaluationFolder, model, chosen }: AppParts) {
  let text: string;
  try {
    text = await Deno.readTextFile(`${evaluationFolder}/metrics.json`);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
  const parsed = evaluationFile.safeParse(jsonOrNull(text));
  if (!parsed.success) return null;
  const { modelId, createdAt, acquisition, verification } = parsed.data;
  const { atThreshold, eer, genuinePairs, impostorPairs } = verification;
  const same = modelId === model.modelId &&
    Math.abs(atThreshold.threshold - chosen.threshold) < 5e-4;
  if (!same) return null;
  return {
    measuredAt: createdAt,
    ...acquisition,
    genuinePairs,
    impostorPairs,
    fmr: atThreshold.fmr,
    fnmr: atThreshold.fnmr,
    eer: eer.rate,
  };
}

function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
