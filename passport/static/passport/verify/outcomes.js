// How a check ends.

import { message } from "./messages.js";

const ending = (outcome) => (code, data = {}, advice = null) => ({
  outcome,
  detail: message(code, data),
  advice: advice && message(advice),
});

export const passed = ending("passed");
export const failed = ending("failed");
export const couldNotCheck = ending("could_not_check");

/** Not looked at, since an earlier check failed. */
export const skipped = ({ id, advice }) => ({
  ...couldNotCheck("check.skipped", { check: id }),
  advice,
});
