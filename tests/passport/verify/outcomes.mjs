// Judges many bundles, for the tests that compare the two verifiers. Reads from stdin one JSON
// value, {trust: text | null, now, bundles: [base64]}; prints, for each bundle checked offline,
// the six outcomes, or the place where it is not readable.

import fs from "node:fs";

import { verify } from "../../../passport/static/passport/verify/verification.js";

const { trust, now, bundles } = JSON.parse(fs.readFileSync(0, "utf8"));
const found = [];
for (const encoded of bundles) {
  const bytes = new Uint8Array(Buffer.from(encoded, "base64"));
  const report = await verify(bytes, { trust, now: new Date(now), fetch: null });
  const [{ detail }] = report.checks;
  found.push(report.bundle ? report.checks.map(({ outcome }) => outcome) : detail.data.where);
}
console.log(JSON.stringify(found));
