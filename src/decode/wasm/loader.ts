/**
 * The part of @assemblyscript/loader that is used here. The build bundles it into this file, because the loader's own file
 * creates a `TextDecoder` when it is imported, and Jest's jsdom has none. Nothing here decodes text.
 *
 * Not the loader's `instantiate`: it takes no module of another realm, and adds code for strings and arrays.
 */
export { demangle } from "@assemblyscript/loader";
