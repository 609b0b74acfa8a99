import { openAsBlob } from "node:fs";

const form = new FormData();
form.set("mask", await openAsBlob("mask.png"), "mask.png");
form.set("result", await openAsBlob("result.json"), "result.json");
const response = await fetch(process.env.ORIGIN, { method: "POST", body: form });
if (!response.ok) throw new Error(await response.text());
console.log((await response.json()).labels, "labels at the edge");
