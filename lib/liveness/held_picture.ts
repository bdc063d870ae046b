import type { Photo } from "../image/photo.ts";

/** How a sheet with a picture on it is held before a camera. Angles in degrees. */
export interface Holding {
  /** About the upright axis. */
  readonly yaw?: number;
  /** About the level axis. */
  readonly pitch?: number;
  /** In the picture's plane, clockwise. */
  readonly roll?: number;
  /** Shift over the picture's width, to the right. */
  readonly shift?: number;
  readonly scale?: number;
  /** Bend about the upright axis: the angle that half the sheet's width is bent by; 0 is flat. */
  readonly bend?: number;
}

/** Distance of the camera over the sheet's width. */
const cameraDistance = 2;

/**
 * The picture that a camera takes of a printed or shown picture: the attack instruments "print"
 * and "replay" of ISO/IEC 30107-3, made without a printer. A pinhole camera looks at a flat or
 * bent sheet; what lies beyond the sheet is grey.
 */
export function holdPicture(photo: Photo, holding: Holding): Photo {
  const { width, height } = photo;
  const { yaw = 0, pitch = 0, roll = 0, shift = 0, scale = 1, bend = 0 } =
    holding;
  const toSheet = inverseRotation(yaw, pitch, roll);
  const data = new Uint8Array(photo.data.length).fill(128);
  const curve = 2 * bend * Math.PI / 180;
  for (let y = 0, to = 0; y < height; y++) {
    for (let x = 0; x < width; x++, to += 3) {
      const ray = [
        (x / width - 0.5 - shift) / scale,
        (y - height / 2) / width / scale,
        cameraDistance,
      ] as const;
      const origin = toSheet([0, 0, -cameraDistance]);
      const along = toSheet(ray);
      const hit = meetSheet(origin, along, curve);
      if (hit === null) continue;
      const u = (hit.u + 0.5) * width;
      const v = hit.v * width + height / 2;
      if (u < 0 || v < 0 || u >= width - 1 || v >= height - 1) continue;
      copyBilinear(photo, u, v, data, to);
    }
  }
  return { data, width, height };
}

type Vector = readonly [number, number, number];

function inverseRotation(
  yaw: number,
  pitch: number,
  roll: number,
): (v: Vector) => Vector {
  const [cy, sy, cp, sp, cr, sr] = [yaw, pitch, roll].flatMap((deg) => {
    const turn = -deg * Math.PI / 180;
    return [Math.cos(turn), Math.sin(turn)];
  }) as [number, number, number, number, number, number];
  return ([x, y, z]) => {
    const [x1, y1] = [cr * x - sr * y, sr * x + cr * y];
    const [y2, z2] = [cp * y1 - sp * z, sp * y1 + cp * z];
    return [cy * x1 + sy * z2, y2, -sy * x1 + cy * z2];
  };
}

/**
 * Where a ray meets the sheet: u along its width, v along its height, both over the width. The
 * bent sheet is a cylinder of radius 1 / curve that touches the flat sheet's middle line.
 */
function meetSheet(
  [ox, oy, oz]: Vector,
  [dx, dy, dz]: Vector,
  curve: number,
): { u: number; v: number } | null {
  if (curve === 0) {
    const t = -oz / dz;
    return t > 0 ? { u: ox + t * dx, v: oy + t * dy } : null;
  }
  const radius = 1 / curve;
  const z = oz - radius;
  const a = dx * dx + dz * dz;
  const b = ox * dx + z * dz;
  const root = b * b - a * (ox * ox + z * z - radius * radius);
  if (root < 0) return null;
  const t = (-b - Math.sqrt(root)) / a;
  const angle = Math.atan2(ox + t * dx, -(z + t * dz));
  return { u: angle * radius, v: oy + t * dy };
}

function copyBilinear(
  { data, width }: Photo,
  u: number,
  v: number,
  out: Uint8Array,
  to: number,
): void {
  const x = Math.floor(u);
  const y = Math.floor(v);
  const fx = u - x;
  const fy = v - y;
  const from = (y * width + x) * 3;
  const below = from + width * 3;
  for (let c = 0; c < 3; c++) {
    const top = data[from + c]! * (1 - fx) + data[from + 3 + c]! * fx;
    const bottom = data[below + c]! * (1 - fx) + data[below + 3 + c]! * fx;
    out[to + c] = top * (1 - fy) + bottom * fy + 0.5;
  }
}
