// How long the JavaScript verifier takes for a large bundle, without network:
//   node bench/verify.mjs [RECORDS]     (default 1,000; goal: under 1 s)
// The records lie in runs of 10 in a log of 20 times as many; all slots are disclosed but one.

import { verify } from "../passport/static/passport/verify/verification.js";
import { bundle, textOf, trust } from "../tests/passport/verify/sample.mjs";

const records = Number(process.argv[2] ?? 1000);
const size = records * 20;
const indexes = Array.from({ length: records }, (_, i) => Math.floor(i / 10) * 200 + (i % 10));
const text = textOf(bundle({ indexes, size, withheld: ["actor"] }));

const times = [];
for (let round = 0; round < 6; round++) {
  const begin = performance.now();
  const report = await verify(text, { trust: trust(), fetch: null });
  times.push(performance.now() - begin);
  const wrong = report.checks.slice(0, 3).find(({ outcome }) => outcome !== "passed");
  if (wrong) throw new Error(`${wrong.id}: ${wrong.detail.text}`);
}
const [first, ...later] = times;
const median = later.sort((a, b) => a - b)[Math.floor(later.length / 2)];
console.log(
  JSON.stringify({
    records,
    size,
    bundle_bytes: Buffer.byteLength(text),
    first_ms: Math.round(first),
    later_median_ms: Math.round(median),
  }),
);
