/** The version in package.json, which the library has too; a test compares them. Not the library's, which takes longer to load. */
export const version = "0.1.0";
