/** Takes the white space and comments out of the shaders in dist/webgpu. Minifiers leave them in, since they are in strings. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** A shader: what is in the template literal of a constant that is exported. */
const SHADER = /(?<=^export const [A-Z_]+ = `).*?(?=`;$)/gms;
/** A part of it that is JavaScript. Its own template literals have no backtick within `${…}`. */
const EXPRESSION = /(\$\{(?:`[^`]*`|[^`}])*\})/;

/** @param folder dist/webgpu, whose files the other builds are made of. */
export function stripShaders(folder) {
  for (const name of ["shaders.js", "measure-shader.js"]) {
    const file = join(folder, name);
    writeFileSync(file, withoutSpace(readFileSync(file, "utf8")));
  }
}

/** The code of a module, with shaders that have a space only where it keeps two words or two operators apart. */
export function withoutSpace(code) {
  let shaders = 0;
  const stripped = code.replace(SHADER, (shader) => {
    shaders++;
    const parts = shader.split(EXPRESSION);
    return parts.map((part, place) => (place % 2 === 0 ? strip(part) : part)).join("");
  });
  if (shaders === 0) throw new Error("no shader was found");
  return stripped;
}

function strip(part) {
  return part
    .replace(/\/\/.*|\/\*[\s\S]*?\*\//g, " ")
    .replace(/\s+/g, " ")
    .replace(/(?<=\w) (?=[^\w ])|(?<=[^\w ]) (?=\w)|(?<=[(){}[\];,:]) (?=.)|(?<=.) (?=[(){}[\];,:])/g, "");
}
