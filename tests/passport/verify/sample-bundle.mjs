// Prints {bundle, trust} of the tests' own small log as JSON, for tests in other languages.

import { bundle, trust } from "./sample.mjs";

const share = { expires: "2027-01-01T00:00:00Z", status_url: "http://127.0.0.1:9/p/a/status" };
const withheld = ["actor", "authority", "object"];
console.log(JSON.stringify({ bundle: bundle({ indexes: [3, 4], size: 6, withheld, share }), trust: trust() }));
