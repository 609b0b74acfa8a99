/**
 * For `node --import`: sends a program's requests for the vendor's API to the sample server instead (`labelmap
 * sample-server -- …`).
 */
const VENDOR = "https://api.playment.io/v1";
const fetchReal = globalThis.fetch;

globalThis.fetch = (input, init) => {
  const request = new Request(input, init);
  if (!request.url.startsWith(VENDOR)) return fetchReal(request);
  return fetchReal(new Request(request.url.replace(VENDOR, process.env.PLAYMENT_BASE_URL), request));
};
