/**
 * The types of options that a program keeps in a `const`. TypeScript takes the text in them for any text: in
 *
 *   const options = { target: { map: "semantic", classes } };
 *
 * `map` is a `string`. These types let such options pass without `as const`. What is a literal is still checked as one.
 * A text that is none is checked when the call is made.
 */
import type { LabelMap } from "../maps/label-map.js";
import type { Releasable } from "../maps/released.js";
import type { Dtype } from "../maps/views.js";
import type { Decoded, RunsMap, Target, TargetMap } from "./targets.js";

type WithTarget<Options> = Options & { readonly target?: Target | readonly Target[] | undefined };

/** `Given`, if it fits `Options` once each `string` is taken for the right text; `never` if it fits as it is. */
export type ConstOptions<Given, Options> =
  Given extends WithTarget<Options> ? never : Given & Fitting<Given, WithTarget<Options>>;

type Fitting<Given, Wanted> = Given extends Wanted | undefined
  ? Given
  : Given extends string
    ? string extends Given
      ? Extract<Wanted, string> extends never
        ? never
        : Given
      : never
    : Given extends object
      ? IsLiteralTarget<Given> extends true
        ? never
        : {
            [Key in keyof Given]: Key extends KeyOf<Wanted>
              ? Fitting<Given[Key], ValueOf<Wanted, Key>>
              : never;
          }
      : never;

/** Whether this is a target without a text that may be any text. If it does not fit, it is wrong. */
type IsLiteralTarget<Given> = Given extends { readonly map: string }
  ? true extends { [Key in keyof Given]: string extends Given[Key] ? true : never }[keyof Given]
    ? false
    : true
  : false;

type KeyOf<Union> = Union extends readonly unknown[] ? number : Union extends unknown ? keyof Union : never;
type ValueOf<Union, Key> = Union extends readonly (infer Element)[]
  ? Element
  : Union extends unknown
    ? Key extends keyof Union
      ? Union[Key]
      : never
    : never;

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
