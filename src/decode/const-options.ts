/**
 * The types of options that a program keeps in a `const`. TypeScript takes the text in them for any text: in
 *
 *   const options = { target: { map: "semantic", classes } };
 *
 * `map` is a `string`. These types let such options pass without `as const`. What is a literal is still checked as one.
 * A text that is none is checked when the call is made.
 */
import type { Fitting } from "../checks/const-options.js";
import type { LabelMap } from "../maps/label-map.js";
import type { Releasable } from "../maps/released.js";
import type { Dtype } from "../maps/views.js";
import type { Decoded, RunsMap, Target, TargetMap } from "./targets.js";

type WithTarget<Options> = Options & { readonly target?: Target | readonly Target[] | undefined };

/** `Given`, if it fits `Options` once each `string` is taken for the right text; `never` if it fits as it is. */
export type ConstOptions<Given, Options> =
  Given extends WithTarget<Options> ? never : Given & Fitting<Given, WithTarget<Options>>;

/** What a decode with such options returns. Without a literal, the kind of map is not known to the compiler. */
export type DecodedBy<Options> = Options extends { readonly target: infer T } ? DecodedTo<T> : LabelMap;

type DecodedTo<T> = T extends Target
  ? Decoded<T>
  : T extends readonly unknown[]
    ? { -readonly [Place in keyof T]: DecodedTo<T[Place]> }
    : T extends undefined
      ? LabelMap
      : (TargetMap<DtypeOf<T>> & Releasable) | (T extends { readonly classes: object } ? never : RunsMap);

type DtypeOf<T> = T extends { readonly dtype: infer D } ? (D extends Dtype ? D : Dtype) : "int32";
