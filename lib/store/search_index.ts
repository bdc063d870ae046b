import type { Match, Template } from "../match/gallery.ts";
import { PackedGallery, type RowMatch } from "../match/packed_gallery.ts";
import type { StoreModel } from "./embedding_store.ts";

/** A store's templates packed for searching, and the way back from a row to its template. */
export interface PackedTemplates {
  readonly gallery: PackedGallery;
  readonly template: (row: number) => Promise<Template>;
}

/** Packs templates that are in memory anyway. */
export function packTemplates(
  model: StoreModel,
  templates: readonly Template[],
): PackedTemplates {
  const gallery = new PackedGallery(model.dimensions, templates.length);
  const numbers = new Map<string, number>();
  for (const { user, vector } of templates) {
    const number = numbers.get(user) ?? numbers.size;
    numbers.set(user, number);
    gallery.add(vector, number);
  }
  return { gallery, template: (row) => Promise.resolve(templates[row]!) };
}

/** Keeps a store's templates packed in memory and packs them again when the store changed. */
export class SearchIndex {
  private packed: Promise<PackedTemplates> | null = null;
  private packedRevision = "";

  /**
   * @param revision answers another text whenever the store may have changed, whoever changed it
   * @param pack reads and packs all templates
   */
  constructor(
    private readonly revision: () => Promise<string>,
    private readonly pack: () => Promise<PackedTemplates>,
  ) {}

  async nearestUsers(probes: readonly Float32Array[]): Promise<Match[][]> {
    const { gallery, template } = await this.current();
    const toMatch = async ({ row, distance }: RowMatch): Promise<Match> => ({
      template: await template(row),
      distance,
    });
    return await Promise.all(
      gallery.nearest(probes).map(({ best, runnerUp }) =>
        Promise.all(
          [best, runnerUp].filter((found) => found !== null).map(toMatch),
        )
      ),
    );
  }

  private async current(): Promise<PackedTemplates> {
    // Asked before packing: a change in between only means packing once more the next time.
    const revision = await this.revision();
    if (this.packed === null || revision !== this.packedRevision) {
      this.packedRevision = revision;
      this.packed = this.pack();
      this.packed.catch(() => this.packed = null);
    }
    return await this.packed;
  }
}
