import { z } from "@hono/zod-openapi";
import { evaluationFolder } from "../../evaluate/embedding_cache.ts";
import { type App, type AppParts } from "../app_context.ts";
import { json, route } from "../json_route.ts";
import { schemas } from "../schemas.ts";

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
    route("get", "/api/decision", {
      summary: "Threshold, error rates, and this session's last sign-in",
      answers: { 200: json(schemas.decision) },
    }),
    async (context) => {
      const { model: { modelId }, chosen, settings: { margin } } = parts;
      const { answer: last = null, live = null } =
        context.get("session").last ?? {};
      const evaluation = await readEvaluation(parts);
      return context.json(
        { modelId, ...chosen, margin, last, live, evaluation },
        200,
      );
    },
  );
}

/** The last evaluation's numbers; null unless they are of this model at this threshold. */
async function readEvaluation({ model, chosen }: AppParts) {
  let file: unknown;
  try {
    file = JSON.parse(
      await Deno.readTextFile(`${evaluationFolder}/metrics.json`),
    );
  } catch (error) {
    const none = error instanceof Deno.errors.NotFound ||
      error instanceof SyntaxError;
    if (none) return null;
    throw error;
  }
  const parsed = evaluationFile.safeParse(file);
  if (!parsed.success) return null;
  const { modelId, createdAt, acquisition, verification } = parsed.data;
  const { atThreshold, eer, genuinePairs, impostorPairs } = verification;
  const { threshold, fmr, fnmr } = atThreshold;
  const same = modelId === model.modelId &&
    Math.abs(threshold - chosen.threshold) < 5e-4;
  if (!same) return null;
  return {
    measuredAt: createdAt,
    ...acquisition,
    genuinePairs,
    impostorPairs,
    fmr,
    fnmr,
    eer: eer.rate,
  };
}
