/**
 * For `node --import`: sends a program's requests for the vendor's API to the sample server instead (`labelmap
 * sample-server -- …`). The vendor is asked by https, so its storage must have an https address too.
 */
const VENDOR = "https://api.playment.io/v1";
const STORAGE = "https://storage.example";
let storageOrigin = "";
const fetchReal = globalThis.fetch;

globalThis.fetch = async (input, init) => {
  const request = new Request(input, init);
  if (request.url.startsWith(STORAGE)) {
    return fetchReal(new Request(request.url.replace(STORAGE, storageOrigin), request));
  }
  if (!request.url.startsWith(VENDOR)) return fetchReal(request);
  const response = await fetchReal(
    new Request(request.url.replace(VENDOR, process.env.PLAYMENT_BASE_URL), request),
  );
  const location = response.headers.get("location");
  if (location === null) return response;
  storageOrigin = new URL(location).origin;
  const headers = { location: location.replace(storageOrigin, STORAGE) };
  return new Response(null, { status: response.status, headers });
};
