// The ways in which a check ends without the answer that was hoped for.
//
// Every error carries a code with data, for a page to translate, and an English text made from
// them (messages.js).

import { format } from "./messages.js";

class Problem extends Error {
  constructor(code, data = {}) {
    super(format(code, data));
    this.name = new.target.name;
    this.code = code;
    this.data = data;
  }
}

/** What was shown does not prove what it claims, or is malformed: the check has failed. */
export class ProofError extends Problem {}

/** The bundle cannot be read. */
export class BundleError extends ProofError {}

/** The trust policy cannot be read. That says nothing about a bundle. */
export class TrustError extends Problem {}

/** No usable answer came: the check could not be made, which is not a failure. */
export class Unanswered extends Problem {}

/** No answer came from the address. */
export class Unreachable extends Unanswered {}

/** The answer was an error, or not an answer to the question. */
export class BadAnswer extends Unanswered {}

/** The node serves another chain than the one asked for. */
export class OtherChain extends Unanswered {}

/** The node has not finalised the block yet. */
export class NotFinalised extends Unanswered {}
