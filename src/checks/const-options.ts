/**
 * The types of options that a program keeps in a `const`. TypeScript takes the texts and numbers in them for any text and any
 * number. These types let such options pass without `as const`. What is a literal is still checked as one. A text that is
 * none is checked when the call is made.
 */

/**
 * `Options`, or options in a `const` that fit them once each `string` is taken for the right text, and each `number` for the
 * right number. To be written as `f<const Given extends object = Options>(options: OrConst<Given, Options>)`.
 */
export type OrConst<Given, Options> = Options | ConstOnly<Given, Options>;

/**
 * Such options in a `const`; `never` if they fit as they are, or have a name that `Options` lacks. To be written as `Given &
 * ConstOnly<Given, Options>`, in an overload of its own, if what is returned depends on the options.
 */
export type ConstOnly<Given, Options> =
  keyof Given extends KeyOf<Options>
    ? Given extends Options
      ? never
      : Given & Fitting<Given, Options>
    : never;

/** The parts of `Given` that fit `Wanted`; `never` in the place of those that do not. */
export type Fitting<Given, Wanted> = Given extends Wanted | undefined
  ? Given
  : Given extends string
    ? string extends Given
      ? Extract<Wanted, string> extends never
        ? never
        : Given
      : never
    : Given extends number
      ? number extends Given
        ? Extract<Wanted, number> extends never
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
