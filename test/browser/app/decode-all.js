/** Decodes every mask of the given folders and says what came out, for the test to compare with the manifests. */

export async function decodeAll(labelmap, folders, mostPixels = Number.POSITIVE_INFINITY) {
  const found = [];
  for (const folder of folders) {
    const manifest = await (await fetch(`${folder}/manifest.json`)).json();
    for (const { file, width, height } of manifest) {
      if (width * height > mostPixels) continue;
      const png = await (await fetch(`${folder}/${file}`)).arrayBuffer();
      const result = await (await fetch(`${folder}/${file.replace(/png$/, "json")}`)).json();
      const map = await labelmap.decodeMask(png, result);
      found.push({ file, sha256: await sha256(map.data), unlabelled: map.unlabelled.count });
    }
  }
  return found;
}

async function sha256(labels) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", labels));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
