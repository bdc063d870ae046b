/** A person before the camera, composed of the frames in tests/photos/light. */
import { type Instrument, livePerson } from "../attacks/instruments.ts";
import { type LitPerson, readLitPeople } from "../attacks/lit_people.ts";
import { createCamera } from "../attacks/simulated_camera.ts";
import { valuesAt } from "../../lib/liveness/track.ts";
import { randomNumbers } from "../random_numbers.ts";

const folder = new URL("../photos/light", import.meta.url).pathname;
const people = await readLitPeople(folder);

/** What the page shows, by moment. */
export type Track = number[][] | null;

/** A camera shows what was this long ago, and a head follows a dot so much later, ms. */
const delays = { camera: 80, head: 300 };

/** Does what the page asks for, a frame at a time. */
export class Actor {
  readonly #person: LitPerson;
  readonly #other: LitPerson;
  #camera = createCamera(0.012, randomNumbers(1));
  #frames = 0;

  /** @param instrument what is held before the camera in the person's place */
  constructor(
    readonly name: string,
    readonly instrument: Instrument = livePerson,
    readonly share = 0.5,
  ) {
    this.#person = people.find((person) => person.name === name)!;
    this.#other = people.find((person) => person.name !== name)!;
  }

  /** A face straight ahead, in the room's light. */
  get straight(): Uint8Array<ArrayBuffer> {
    return Deno.readFileSync(
      `${folder}/${this.name}/straight_00.room.jpg`,
    );
  }

  /** What the camera shows, as a JPEG. @param shown what the page shows, and for how long already, ms */
  async next(
    stage: string,
    shown: { atMs: number; light: Track; path: Track },
  ): Promise<Uint8Array<ArrayBuffer>> {
    const { straight } = this.#person;
    const step = Math.floor(this.#frames++ / 3) % straight.length;
    const at = (rows: Track, ms: number) =>
      rows === null ? [] : valuesAt({ rows, looksMs: [] }, shown.atMs - ms);
    const [red = 0.2, green = 0.2, blue = 0.2] = at(shown.light, delays.camera);
    const [place = 0] = at(shown.path, delays.camera + delays.head);
    const scene = {
      person: this.#person,
      other: this.#other,
      share: this.share,
    };
    const moment = {
      straight: straight[step]!,
      color: [red, green, blue] as const,
      otherColor: [green, blue, red] as const,
      yawDeg: -25 * place,
      otherYawDeg: 25 * place,
    };
    const picture = stage === "motion"
      ? await this.instrument.motion(scene, moment)
      : await this.instrument.light(scene, moment);
    return await this.#camera.take(picture);
  }
}
