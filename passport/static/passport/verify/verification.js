// Checks a bundle: what was shown, that the log holds it, who signed, where that is anchored, and
// whether it still stands. The same checks, outcomes and order as anchoring.core.verification.

import { parseBundle } from "./bundle.js";
import { checkAnchor, checkConsistency, checkStatus } from "./checks-online.js";
import { checkCheckpoint, checkInclusion, checkRecords } from "./checks-offline.js";
import { BundleError } from "./errors.js";
import { failed, skipped } from "./outcomes.js";
import { parseTrust } from "./trust.js";
import { Web } from "./web.js";

/** The checks, in their order. A failure of one of the first three hides every later claim. */
export const CHECKS = Object.freeze([
  ["records", checkRecords],
  ["inclusion", checkInclusion],
  ["checkpoint", checkCheckpoint],
  ["anchor", checkAnchor],
  ["consistency", checkConsistency],
  ["status", checkStatus],
]);
export const CHECK_IDS = Object.freeze(CHECKS.map(([id]) => id));
const HIDES_LATER = ["records", "inclusion", "checkpoint"];

/**
 * Check a bundle (text, or UTF-8 bytes).
 *
 * - `trust`: the trust policy as text, UTF-8 bytes or JSON value, or null. Raises TrustError if unreadable.
 * - `nodes`: addresses of chain nodes to ask; none (or null) for those of the trust policy.
 * - `fetch`: how to reach the network; null checks offline.
 * - `now`: the time to measure expiry by (Date). `timeout`: of each question, in ms.
 * - `onCheck(check)`: told of each check when it ends.
 *
 * Resolves to {outcome, checks, anchor, bundle}: a check is {id, outcome, detail, advice}, where
 * detail and advice are {code, data, text} (advice may be null); an outcome is "passed", "failed" or
 * "could_not_check"; `anchor` is the block that nodes confirmed, null unless that check passed,
 * {number, time, hash, chain, asked, agreeing, contradicting, answers}; `bundle` is as parsed, or
 * null where it is unreadable.
 */
export async function verify(bundleText, options = {}) {
  const { trust = null, nodes = null, now = new Date(), timeout, onCheck = () => {} } = options;
  const fetch = options.fetch === undefined ? globalThis.fetch : options.fetch;
  const policy = trust === null ? null : parseTrust(trust);
  const bundle = readBundle(bundleText);
  // What a check learns and a later one needs (checkpoint, log, block) lies in `context`.
  const web = fetch ? new Web(fetch, timeout) : null;
  const context = { bundle, trust: policy, nodes, now, web, anchor: null };
  const checks = [];
  for (const [id, check] of CHECKS) {
    const hiding = checks.find((done) => done.outcome === "failed" && HIDES_LATER.includes(done.id));
    const result = { id, ...(await run(check, context, hiding)) };
    checks.push(result);
    onCheck(result);
  }
  return {
    outcome: overall(checks),
    checks,
    anchor: context.anchor,
    bundle: bundle instanceof BundleError ? null : bundle,
  };
}

/** Failed beats could-not-check beats passed. */
function overall(checks) {
  const outcomes = checks.map(({ outcome }) => outcome);
  return ["failed", "could_not_check"].find((one) => outcomes.includes(one)) ?? "passed";
}

async function run(check, context, hiding) {
  if (hiding) return skipped(hiding);
  if (context.bundle instanceof BundleError)
    return unreadable(context.bundle);
  return check(context);
}

function unreadable({ message, code, data }) {
  return failed("bundle.unreadable", { reason: message, where: data.where, code }, "advice.askAgain");
}

function readBundle(source) {
  try {
    return parseBundle(source);
  } catch (error) {
    if (error instanceof BundleError) return error;
    throw error;
  }
}
