// JSON-RPC 2.0 to a chain's node over HTTP.

import { BadAnswer } from "./errors.js";
import { isObject } from "./json.js";

export class Node {
  /** A node's address, and the `Web` by which it is asked. */
  constructor(url, web) {
    this.url = url;
    this.web = web;
  }

  /** The result of one call. Raises Unreachable where no answer comes, BadAnswer where it is none. */
  async call(method, ...params) {
    const answer = await this.web.json(this.url, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
    });
    if (!isObject(answer)) throw new BadAnswer("rpc.notAnswer", { url: this.url, method });
    if (answer.error != null) {
      const message = String(answer.error.message ?? "unknown error");
      throw new BadAnswer("rpc.error", { url: this.url, method, message });
    }
    if (!("result" in answer)) throw new BadAnswer("rpc.notAnswer", { url: this.url, method });
    return answer.result;
  }
}
