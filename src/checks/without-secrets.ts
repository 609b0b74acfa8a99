/** A text without the queries, the fragments and the user names of URLs in it, which may hold a key. */
export function withoutSecrets(text: string): string {
  return text.replace(/[?#]\S*|(?<=\/\/)[^\s/]*@/g, "");
}
