/** For `node --import`: what a program asks of the vendor's API is asked of the sample server (`labelmap sample-server -- …`). */
const VENDOR = "https://api.playment.io/v1";
const fetchReal = globalThis.fetch;

globalThis.fetch = (input, init) => {
  const request = new Request(input, init);
  if (!request.url.startsWith(VENDOR)) return fetchReal(request);
  return fetchReal(new Request(request.url.replace(VENDOR, process.env.PLAYMENT_BASE_URL), request));
};
