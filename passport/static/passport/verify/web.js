// Asking the network, bounded in time and in size, with typed errors.

import { concat, fromUtf8 } from "./encoding.js";
import { BadAnswer, ProofError, Unreachable } from "./errors.js";
import { parseJson } from "./json.js";

const MOST_BYTES = 64 * 1024 * 1024;

/**
 * What the network is reached by: `fetch` and how long each question may take in all, in ms.
 * `fetch` is null where nothing may be asked.
 */
export class Web {
  constructor(fetch, timeout = 20_000) {
    this.fetch = fetch;
    this.timeout = timeout;
  }

  /** The JSON value at an address. Raises Unreachable or BadAnswer. */
  async json(url, request = {}) {
    const text = await this.text(url, request);
    try {
      return parseJson(text);
    } catch (error) {
      if (error instanceof ProofError) throw new BadAnswer("web.notJson", { url });
      throw error;
    }
  }

  /** The text at an address. Raises Unreachable or BadAnswer. */
  async text(url, request = {}) {
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), this.timeout);
    try {
      return await this.read(url, { ...request, signal: stop.signal });
    } catch (error) {
      if (error instanceof BadAnswer) throw error;
      // Whatever fetch raises (refused, no such host, blocked, too late, not an address) means
      // that no answer came.
      if (stop.signal.aborted) throw new Unreachable("web.late", { url, seconds: this.timeout / 1000 });
      throw new Unreachable("web.unreachable", { url, reason: reasonOf(error) });
    } finally {
      clearTimeout(timer);
    }
  }

  async read(url, request) {
    const { fetch } = this;
    const response = await fetch(url, {
      cache: "no-store",
      credentials: "omit",
      // The address is what is trusted, not where it leads.
      redirect: "error",
      referrerPolicy: "no-referrer",
      ...request,
    });
    if (!response.ok) throw new BadAnswer("web.status", { url, status: response.status });
    const text = fromUtf8(await bodyOf(response, url));
    if (text === null) throw new BadAnswer("web.notText", { url });
    return text;
  }
}

async function bodyOf(response, url) {
  if (!response.body) return new Uint8Array(0);
  const reader = response.body.getReader();
  const parts = [];
  let total = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return concat(parts);
    parts.push(value);
    total += value.length;
    if (total > MOST_BYTES) {
      await reader.cancel();
      throw new BadAnswer("web.large", { url });
    }
  }
}

const reasonOf = (error) => String(error?.cause?.message || error?.message || error);
