// Checks a bundle from the command line, for tests:
//   node run.mjs BUNDLE [TRUST] [--node URL]… [--offline] [--now RFC3339] [--timeout MS]
// Prints the report (without the parsed bundle) as JSON. Exit status: 0 passed, 1 failed, 2 could
// not check, 3 the trust policy is unreadable.

import fs from "node:fs";
import { parseArgs } from "node:util";

import { verify } from "../../../passport/static/passport/verify/verification.js";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    node: { type: "string", multiple: true, default: [] },
    offline: { type: "boolean", default: false },
    now: { type: "string" },
    timeout: { type: "string" },
  },
});
const [bundle, trust] = positionals.map((path) => new Uint8Array(fs.readFileSync(path)));
const options = { trust: trust ?? null, nodes: values.node };
if (values.offline) options.fetch = null;
if (values.now) options.now = new Date(values.now);
if (values.timeout) options.timeout = Number(values.timeout);

try {
  const { bundle: _, ...report } = await verify(bundle, options);
  console.log(JSON.stringify(report, null, 2));
  process.exitCode = { passed: 0, failed: 1, could_not_check: 2 }[report.outcome];
} catch (error) {
  if (error.name !== "TrustError") throw error;
  console.log(JSON.stringify({ error: { name: error.name, code: error.code, text: error.message } }));
  process.exitCode = 3;
}
