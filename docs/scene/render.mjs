/**
 * Renders the street: rays from the camera hit the ground and the houses by calculation, and the things by sphere tracing.
 * One sun with soft shadows, light from the sky, and reflections of the sky. Nothing is random, so that each run gives the
 * same picture.
 */
import { clamp, layeredNoise, mix, noise, smoothstep } from "./shapes.mjs";
import { ground, houseMaterial, houses, KERB, ROAD, SIDEWALK, SKY, things } from "./street.mjs";

/** Where the camera is, in metres, and how it looks: `down` and `turn` are slopes and angles, `zoom` is the focal length. */
export const STANDPOINT = { x: 0.9, y: 2.05, z: 0.5, down: 0.03, turn: -0.015, zoom: 1.12 };
const SUN = normalize([-0.3, 0.74, -0.5]);
const SUN_LIGHT = [3.1, 2.75, 2.25];
const FAR = 130;

/** @returns the light that comes along the ray through (u, v), and the label that it hits. u is -1 to 1 over the width */
export function trace(camera, u, v) {
  const [dx, dy, dz] = directionOf(camera, u, v);
  const hit = nearest(camera.x, camera.y, camera.z, dx, dy, dz, FAR);
  if (hit === null) return { label: SKY, light: sky(dx, dy, dz, true) };
  return { label: hit.label, light: hazy(shade(hit, dx, dy, dz), hit.t, dx, dy, dz) };
}

/** The label alone. */
export function labelOf(camera, u, v) {
  return nearest(camera.x, camera.y, camera.z, ...directionOf(camera, u, v), FAR)?.label ?? SKY;
}

function directionOf({ zoom, down, turn }, u, v) {
  const [x, y, z] = normalize([u / zoom, v / zoom - down, 1]);
  const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
  return [x * cos + z * sin, y, z * cos - x * sin];
}

function nearest(ox, oy, oz, dx, dy, dz, most) {
  let hit = null;
  let end = most;
  for (const house of houses) {
    const found = hitBox(house, ox, oy, oz, dx, dy, dz);
    if (found !== null && found.t < end) {
      end = found.t;
      hit = { t: end, label: house.label, house, normal: found.normal };
    }
  }
  for (const level of [KERB, 0]) {
    const t = (level - oy) / dy;
    if (!(t > 1e-3 && t < end)) continue;
    const [x, z] = [ox + dx * t, oz + dz * t];
    if (level === KERB ? Math.abs(x) < ROAD : Math.abs(x) > ROAD) continue;
    const { label, material } = ground(x, z);
    end = t;
    hit = { t, label, material, normal: [0, 1, 0] };
  }
  // The side of the kerb.
  const kerb = (Math.sign(dx) * ROAD - ox) / dx;
  if (kerb > 1e-3 && kerb < end && oy + dy * kerb > 0 && oy + dy * kerb <= KERB && Math.abs(ox) < ROAD) {
    end = kerb;
    const material = { color: [0.22, 0.21, 0.2], mirror: 0 };
    hit = { t: kerb, label: SIDEWALK, material, normal: [-Math.sign(dx), 0, 0] };
  }
  for (const thing of things) {
    const t = march(thing, ox, oy, oz, dx, dy, dz, end);
    if (t === null) continue;
    end = t;
    hit = { t, label: thing.label, thing };
  }
  if (hit === null) return null;
  const [x, y, z] = [ox + dx * end, oy + dy * end, oz + dz * end];
  hit.point = [x, y, z];
  if (hit.thing !== undefined) {
    hit.normal = normalOf(hit.thing, x, y, z);
    hit.material = hit.thing.material(x, y, z, hit.normal);
  } else if (hit.house !== undefined) {
    const { least } = hit.house;
    const along = Math.abs(hit.normal[0]) > 0.5 ? z - least[2] : x - least[0];
    hit.material = houseMaterial(hit.house, along, y, hit.normal);
  }
  return hit;
}

/** The interval of a ray inside of a sphere, from `t` on. */
function interval({ centre, radius }, ox, oy, oz, dx, dy, dz) {
  const [px, py, pz] = [ox - centre[0], oy - centre[1], oz - centre[2]];
  const b = px * dx + py * dy + pz * dz;
  const root = b * b - (px * px + py * py + pz * pz - radius * radius);
  if (root < 0) return null;
  const half = Math.sqrt(root);
  return -b + half < 0 ? null : [Math.max(-b - half, 0), -b + half];
}

function march(thing, ox, oy, oz, dx, dy, dz, end) {
  const part = interval(thing, ox, oy, oz, dx, dy, dz);
  if (part === null || part[0] > end) return null;
  let t = part[0];
  for (let step = 0; step < 90 && t < part[1] && t < end; step++) {
    const d = thing.distance(ox + dx * t, oy + dy * t, oz + dz * t);
    if (d < 4e-4 * (1 + t)) return t > 1e-3 ? t : null;
    t += d * 0.9;
  }
  return null;
}

function hitBox({ least, most }, ox, oy, oz, dx, dy, dz) {
  const [o, d] = [
    [ox, oy, oz],
    [dx, dy, dz],
  ];
  let [near, far, axis] = [-Infinity, Infinity, 0];
  for (let a = 0; a < 3; a++) {
    const [t1, t2] = [(least[a] - o[a]) / d[a], (most[a] - o[a]) / d[a]];
    if (Math.min(t1, t2) > near) [near, axis] = [Math.min(t1, t2), a];
    far = Math.min(far, Math.max(t1, t2));
  }
  if (near > far || near < 1e-3) return null;
  const normal = [0, 0, 0];
  normal[axis] = -Math.sign(d[axis]);
  return { t: near, normal };
}

function normalOf({ distance }, x, y, z) {
  const e = 1.5e-3;
  const d = distance(x, y, z);
  return normalize([distance(x + e, y, z) - d, distance(x, y + e, z) - d, distance(x, y, z + e) - d]);
}

/** 0 in the shadow, 1 in the sun. */
function sunAt(x, y, z, self) {
  const [dx, dy, dz] = SUN;
  for (const house of houses) if (hitBox(house, x, y, z, dx, dy, dz) !== null) return 0;
  let light = 1;
  for (const thing of things) {
    const part = interval({ centre: thing.centre, radius: thing.radius + 0.3 }, x, y, z, dx, dy, dz);
    if (part === null) continue;
    let t = Math.max(part[0], thing === self ? 0.06 : 0.02);
    for (let step = 0; step < 40 && t < part[1]; step++) {
      const d = thing.distance(x + dx * t, y + dy * t, z + dz * t);
      light = Math.min(light, clamp(0.5 + (d * 14) / (t + 0.4)));
      if (light <= 0.02) return 0;
      t += Math.max(d * 0.9, 0.02);
    }
  }
  return light;
}

/** How much of the sky a point sees, as far as things near it cover it. */
function openness(x, y, z, [nx, ny, nz]) {
  let covered = 0;
  for (const { centre, radius, distance } of things) {
    if (Math.hypot(x - centre[0], y - centre[1], z - centre[2]) > radius + 1.2) continue;
    for (let step = 1; step <= 4; step++) {
      const h = 0.05 + 0.22 * step;
      const d = distance(x + nx * h, y + ny * h, z + nz * h);
      covered += Math.max(0, h - d) / (h * 2 ** (step * 0.6)) / 1.6;
    }
  }
  // Walls cover the sky, near the ground more.
  const street = mix(0.55, 1, smoothstep(0, 14, y)) * mix(1, 0.8, smoothstep(ROAD, 8.4, Math.abs(x)));
  return clamp(1 - covered) * street;
}

function shade({ point: [x, y, z], normal, material, thing }, dx, dy, dz) {
  const { color, mirror, glow = 0, isGlass = false } = material;
  const facing = normal[0] * SUN[0] + normal[1] * SUN[1] + normal[2] * SUN[2];
  const lit = glow + (1 - glow) * Math.max(0, facing);
  const start = 0.02;
  const sun =
    facing > 0 || glow > 0
      ? sunAt(x + normal[0] * start, y + normal[1] * start, z + normal[2] * start, thing)
      : 0;
  const open = openness(x, y, z, normal);
  const up = 0.5 + 0.5 * normal[1];
  const cosine = -(dx * normal[0] + dy * normal[1] + dz * normal[2]);
  const [rx, ry, rz] = [
    dx + 2 * cosine * normal[0],
    dy + 2 * cosine * normal[1],
    dz + 2 * cosine * normal[2],
  ];
  const fresnel = mirror === 0 ? 0 : mirror * (0.12 + 0.88 * (1 - clamp(cosine)) ** 4) + (isGlass ? 0.1 : 0);
  const around = mirror === 0 ? [0, 0, 0] : reflected(x, y, z, rx, ry, rz);
  const shine =
    mirror > 0.1 && sun > 0 ? sun * 2.5 * mirror * clamp(rx * SUN[0] + ry * SUN[1] + rz * SUN[2]) ** 180 : 0;
  return [0, 1, 2].map((c) => {
    const fill = open * mix([0.34, 0.3, 0.26][c], [0.62, 0.78, 1.02][c], up) * 0.72;
    return (
      color[c] * (SUN_LIGHT[c] * lit * sun + fill) +
      around[c] * fresnel * (0.35 + 0.65 * open) +
      SUN_LIGHT[c] * shine
    );
  });
}

/** What a mirror sees: the sky, or houses on both sides as one grey wall. */
function reflected(x, y, z, dx, dy, dz) {
  if (dy < 0) return [0.1, 0.1, 0.1];
  const t = ((dx > 0 ? 8.2 : -8.2) - x) / (dx || 1e-6);
  const wall = t > 0 && y + dy * t < 12 ? 1 - smoothstep(8, 14, y + dy * t) : 0;
  const band = 0.75 + 0.5 * noise((z + dz * t) * 0.4, (y + dy * t) * 0.5, 3);
  const above = sky(dx, dy, dz, false);
  return above.map((c, place) => mix(c, [0.26, 0.22, 0.19][place] * band, wall));
}

function sky(dx, dy, dz, hasClouds) {
  const high = clamp(dy) ** 0.55;
  const blue = [mix(0.78, 0.16, high), mix(0.9, 0.38, high), mix(1.05, 0.86, high)];
  if (!hasClouds || dy < 0.01) return blue;
  const [x, z] = [(dx / dy) * 1.1, (dz / dy) * 1.1];
  const cover = smoothstep(0.5, 0.78, layeredNoise(x + 9, z + 4, 2, 6)) * smoothstep(0.03, 0.2, dy);
  const thick = layeredNoise(x + 9.2, z + 3.8, 5, 5);
  return blue.map((c, place) => mix(c, [1.25, 1.24, 1.26][place] * (0.72 + 0.4 * thick), cover * 0.9));
}

function hazy(light, t, dx, dy, dz) {
  const haze = 1 - Math.exp(-t / 210);
  const far = sky(dx, Math.max(dy, 0.02), dz, false);
  return light.map((c, place) => mix(c, far[place] * 0.95, haze));
}

function normalize([x, y, z]) {
  const length = Math.hypot(x, y, z);
  return [x / length, y / length, z / length];
}
