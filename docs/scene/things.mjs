/** The things of the street: cars, pedestrians, trees, lamps and signs. Each is a distance and a colour for each point. */
import {
  capsule,
  clamp,
  hash,
  layeredNoise,
  mix,
  noise,
  roundBox,
  smoothMax,
  smoothMin,
  wheel,
} from "./shapes.mjs";

const GLASS = { color: [0.02, 0.025, 0.03], mirror: 0.75 };
const RUBBER = { color: [0.018, 0.018, 0.02], mirror: 0.03 };

/** Turns a thing around the vertical axis and puts it at (x, z). */
function placed(label, { x, z, turn = 0, radius, middle }, distance, material) {
  const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
  const local = (px, pz) => [(px - x) * cos - (pz - z) * sin, (px - x) * sin + (pz - z) * cos];
  return {
    label,
    centre: [x, middle, z],
    radius,
    distance(px, py, pz) {
      const [lx, lz] = local(px, pz);
      return distance(lx, py, lz);
    },
    material(px, py, pz, normal) {
      const [lx, lz] = local(px, pz);
      const [nx, nz] = [normal[0] * cos - normal[2] * sin, normal[0] * sin + normal[2] * cos];
      return material(lx, py, lz, [nx, normal[1], nz]);
    },
  };
}

/** @param {{ color: number[], tall?: number }} look `tall` is 1 for a saloon, more for a van */
export function car(label, at, { color, tall = 1 }) {
  const top = 0.86 + 0.58 * tall;
  const cabin = (y) => {
    const h = clamp((y - 0.84) / (top - 0.84));
    return {
      h,
      x: mix(0.82, 0.62 + 0.08 * (tall - 1), h),
      z: mix(1.5, 0.82 + 0.7 * (tall - 1), h),
      middle: mix(-0.22, -0.3, h),
    };
  };
  const wheels = (x, y, z) => wheel(Math.abs(x) - 0.78, y - 0.33, Math.abs(z) - 1.32, 0.32, 0.11);
  const distance = (x, y, z) => {
    const nose = 0.06 * clamp((Math.abs(z) - 1.2) / 0.9);
    let body = roundBox(x, y - 0.58 + nose, z, 0.89 - nose * 1.6, 0.31 - nose, 2.14, 0.17);
    const { x: halfX, z: halfZ, middle } = cabin(y);
    const sides = smoothMax(Math.abs(x) - halfX, Math.abs(z - middle) - halfZ, 0.12);
    body = smoothMin(
      body,
      smoothMax(sides * 0.85, Math.abs(y - (0.8 + top) / 2) - (top - 0.8) / 2, 0.1),
      0.07,
    );
    const arch = wheel(Math.abs(x) - 0.86, y - 0.33, Math.abs(z) - 1.32, 0.39, 0.2);
    return Math.min(smoothMax(body, -arch, 0.03), wheels(x, y, z));
  };
  const material = (x, y, z, normal) => {
    if (wheels(x, y, z) < 0.012) {
      return Math.hypot(y - 0.33, Math.abs(z) - 1.32) < 0.2
        ? { color: [0.32, 0.33, 0.35], mirror: 0.25 }
        : RUBBER;
    }
    const { h, x: halfX, z: halfZ, middle } = cabin(y);
    const isSide = Math.abs(normal[0]) > 0.55;
    const isFree = isSide
      ? Math.abs(z - middle) < halfZ - 0.14 && Math.abs(z + 0.2) > 0.05
      : Math.abs(x) < halfX - 0.1 && Math.abs(normal[2]) > 0.25;
    if (h > 0.16 && h < 0.86 && isFree) return GLASS;
    const isEnd = Math.abs(z) > 1.95;
    if (isEnd && y > 0.56 && y < 0.74 && Math.abs(x) > 0.48) {
      return z > 0 ? { color: [0.85, 0.86, 0.82], mirror: 0.3 } : { color: [0.55, 0.02, 0.015], mirror: 0.2 };
    }
    if (isEnd && y > 0.4 && y < 0.53 && Math.abs(x) < 0.27) return { color: [0.75, 0.75, 0.7], mirror: 0.05 };
    if (y < 0.36) return { color: [0.03, 0.03, 0.033], mirror: 0.05 };
    // The gaps between the doors.
    const isGap = isSide && y < 0.84 && [-0.95, 0, 0.95].some((gap) => Math.abs(z - gap + 0.2) < 0.008);
    return isGap ? RUBBER : { color, mirror: 0.28 };
  };
  return placed(label, { ...at, radius: 2.5, middle: 0.75 }, distance, material);
}

/** @param {{ coat: number[], legs: number[], hair: number[], height: number, stride: number }} look */
export function pedestrian(label, at, { coat, legs, hair, height, stride, isSkirt = false }) {
  const s = height / 1.75;
  const step = 0.24 * stride;
  const parts = (x, y, z) => {
    const leg = (side, forward) =>
      Math.min(
        capsule(x, y, z, 0.09 * side, 0.86, 0, 0.09 * side, 0.47, forward * 0.7, 0.085, 0.065),
        capsule(x, y, z, 0.09 * side, 0.47, forward * 0.7, 0.09 * side, 0.08, forward, 0.062, 0.05),
        capsule(x, y, z, 0.09 * side, 0.05, forward - 0.03, 0.09 * side, 0.045, forward + 0.16, 0.05),
      );
    const arm = (side, forward) =>
      smoothMin(
        capsule(x, y, z, 0.21 * side, 1.38, 0, 0.27 * side, 1.1, forward * 0.4, 0.06, 0.05),
        capsule(x, y, z, 0.27 * side, 1.1, forward * 0.4, 0.25 * side, 0.86, forward + 0.07, 0.047, 0.036),
        0.04,
      );
    const hem = isSkirt ? 0.62 : 0.84;
    const torso = capsule(x * 0.82, y, z * 1.25, 0, 1.32, 0, 0, hem, 0, 0.155, isSkirt ? 0.2 : 0.135);
    const trunk = smoothMin(torso, Math.min(arm(1, -step), arm(-1, step)), 0.05);
    const head = Math.min(
      Math.hypot(x, (y - 1.62) * 0.86, z) - 0.105,
      capsule(x, y, z, 0, 1.42, 0, 0, 1.56, 0.01, 0.055),
    );
    return { legs: Math.min(leg(1, step), leg(-1, -step)), trunk, head };
  };
  const distance = (x, y, z) => {
    const { legs: a, trunk, head } = parts(x / s, y / s, z / s);
    return smoothMin(smoothMin(a, trunk, 0.04), head, 0.02) * s * 0.8;
  };
  const material = (x, y, z) => {
    const { legs: a, trunk, head } = parts(x / s, y / s, z / s);
    const skin = { color: [0.45, 0.27, 0.19], mirror: 0.02 };
    if (head < trunk && head < a) return y / s > 1.66 || z < -0.03 ? { color: hair, mirror: 0.04 } : skin;
    if (trunk < a) return y / s < 0.9 && Math.abs(x / s) > 0.21 ? skin : { color: coat, mirror: 0.01 };
    return y / s < 0.1 ? { color: [0.04, 0.035, 0.03], mirror: 0.05 } : { color: legs, mirror: 0.01 };
  };
  return placed(label, { ...at, radius: 1.05 * s, middle: 0.9 * s }, distance, material);
}

/** @returns the trunk and the leaves, which are two things */
export function tree(trunk, leaves, { x, z, height, seed }) {
  const crown = height * 0.62;
  const blobs = Array.from({ length: 13 }, (_, place) => {
    const [a, b] = [hash(seed, place) * 6.28, hash(seed, place, 1)];
    const level = place / 12;
    const reach = 1.15 * Math.sin(0.5 + 2.3 * level) * (0.55 + 0.6 * b);
    return [
      Math.cos(a) * reach,
      crown + (level - 0.4) * height * 0.5,
      Math.sin(a) * reach,
      0.62 + 0.42 * hash(seed, place, 2),
    ];
  });
  const radius = height * 0.46;
  return [
    placed(
      trunk,
      { x, z, radius: crown * 0.55, middle: crown * 0.5 },
      (px, py, pz) => {
        const bend = 0.08 * Math.sin(py * 1.3 + seed);
        return (
          capsule(px + bend, py, pz, 0, -0.1, 0, 0, crown + 0.2, 0, 0.15, 0.08) +
          0.02 * noise(px * 9, py * 4, pz * 9) -
          0.01
        );
      },
      (px, py, pz) => ({
        color: [0.1, 0.075, 0.055].map((c) => c * (0.7 + 0.6 * noise(px * 14, py * 5, pz * 14))),
        mirror: 0,
      }),
    ),
    placed(
      leaves,
      { x, z, radius, middle: crown + height * 0.05 },
      (px, py, pz) => {
        let d = 9;
        for (const [bx, by, bz, r] of blobs)
          d = smoothMin(d, Math.hypot(px - bx, py - by, pz - bz) - r, 0.25);
        // Far away, the leaves make no difference.
        if (d > 0.5) return d - 0.3;
        return (
          (d +
            0.5 * (layeredNoise(px * 3.1 + seed, py * 3.1, pz * 3.1, 3) - 0.42) +
            0.16 * (noise(px * 13, py * 13, pz * 13) - 0.5)) *
          0.62
        );
      },
      (px, py, pz) => {
        const light = 0.55 + 0.9 * layeredNoise(px * 4, py * 4, pz * 4 + seed, 2);
        return { color: [0.085 * light, 0.16 * light, 0.03 * light], mirror: 0, glow: 0.35 };
      },
    ),
  ];
}

export function lamp(label, { x, z, side }) {
  return placed(
    label,
    { x, z, radius: 3.6, middle: 3.2 },
    (px, py, pz) =>
      Math.min(
        capsule(px, py, pz, 0, 0, 0, 0, 5.9, 0, 0.075, 0.05),
        capsule(px, py, pz, 0, 5.9, 0, side * 1.3, 6.25, 0, 0.045),
        roundBox(px - side * 1.55, py - 6.25, pz, 0.34, 0.06, 0.12, 0.05),
      ),
    (_, py) => ({ color: py > 6.18 ? [0.3, 0.3, 0.3] : [0.11, 0.13, 0.13], mirror: 0.12 }),
  );
}

/** A round sign, which forbids something, or a blue one. @returns the post and the sign */
export function sign(post, face, { x, z, isBlue }) {
  const height = 2.45;
  return [
    placed(
      post,
      { x, z, radius: 1.5, middle: 1.2 },
      (px, py, pz) => capsule(px, py, pz, 0, 0, 0.04, 0, height + 0.3, 0.04, 0.03),
      () => ({
        color: [0.35, 0.36, 0.37],
        mirror: 0.2,
      }),
    ),
    placed(
      face,
      { x, z, radius: 0.6, middle: height },
      (px, py, pz) => Math.max(Math.hypot(px, py - height) - 0.36, Math.abs(pz) - 0.015),
      (px, py) => {
        const r = Math.hypot(px, py - height);
        if (isBlue) {
          const isArrow =
            (Math.abs(px) < 0.05 && Math.abs(py - height) < 0.2) ||
            (py > height && Math.abs(px) + (py - height) < 0.24 && py - height > 0.04);
          return { color: r > 0.33 || isArrow ? [0.8, 0.8, 0.8] : [0.02, 0.1, 0.45], mirror: 0.05 };
        }
        const isDigit = Math.abs(Math.abs(px) - 0.1) < 0.035 && Math.abs(py - height) < 0.12;
        return {
          color: r > 0.27 ? [0.6, 0.02, 0.02] : isDigit ? [0.02, 0.02, 0.02] : [0.82, 0.82, 0.8],
          mirror: 0.05,
        };
      },
    ),
  ];
}
