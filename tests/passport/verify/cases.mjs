// The vectors that both verifiers are held to, for Node.js and browsers alike: nothing of either is used here.
// `verifier` is a way to the verifier's modules: (name) => promise of the module.

/** The document with the change of a vector of refused.json, as text. */
export function changedText(document, { at, raw, remove, add }) {
  if (!at.length && !add) return raw;
  const copied = structuredClone(document);
  const holderOf = (steps) => steps.reduce((holder, step) => holder[step], copied);
  const write = (mark, text) => JSON.stringify(copied).replace(mark, () => text);
  if (add) {
    holderOf(at)["☃"] = 0;
    return write('"☃":0', `${JSON.stringify(add[0])}:${add[1]}`);
  }
  const holder = holderOf(at.slice(0, -1));
  if (remove) delete holder[at.at(-1)];
  else holder[at.at(-1)] = "☃";
  return remove ? JSON.stringify(copied) : write('"☃"', raw);
}

/** The text of a case of verification.json: see tests/vectors/README.md. */
export function bundleText(vectors, { set, remove, raw, cut, append = "" }) {
  const bundle = structuredClone(vectors.bundle);
  const holderOf = (steps) => steps.slice(0, -1).reduce((holder, step) => holder[step], bundle);
  for (const [steps, value] of set) holderOf(steps)[steps.at(-1)] = value;
  for (const steps of remove) {
    const holder = holderOf(steps);
    if (Array.isArray(holder)) holder.splice(steps.at(-1), 1);
    else delete holder[steps.at(-1)];
  }
  raw.forEach(([steps], i) => (holderOf(steps)[steps.at(-1)] = `raw text ${i}`));
  const whole = raw.reduce((text, [, value], i) => text.replace(`"raw text ${i}"`, () => value), JSON.stringify(bundle));
  return [...whole].slice(0, cut).join("") + append;
}

/** The network of a case: addresses with their answers; any other does not answer. */
function network(vectors, changed = {}) {
  const nodes = { ...vectors.world.nodes, ...changed.nodes };
  const log = { ...vectors.world.log, ...changed.log };
  return async (address, request) => {
    if (nodes[address]) {
      const { method, params } = JSON.parse(request.body);
      const asked = JSON.stringify([method, params]);
      const call = nodes[address].find((one) => JSON.stringify([one.method, one.params]) === asked);
      return Response.json(call ? { result: call.result } : { error: { message: "unknown" } });
    }
    if (log[address]) return Response.json(log[address]);
    throw new TypeError("fetch failed");
  };
}

/** What came of a case of verification.json that differs from what is written down; "" where nothing does. */
export async function wrongOfCase(vectors, one, verifier) {
  const { verify } = await verifier("verification.js");
  const report = await verify(bundleText(vectors, one), {
    trust: one.trust === null ? null : vectors.trust[one.trust],
    nodes: vectors.nodes,
    now: new Date(vectors.now),
    fetch: one.offline ? null : network(vectors, one.world),
  });
  const outcomes = report.checks.map(({ id, outcome }) => [id, outcome]);
  const texts = report.checks.map(({ detail }) => detail.text);
  if (texts.some((text) => !text || /\bat \w+.*\.js:\d+|undefined|\[object|\{\w+\}/.test(text)))
    return `no reason: ${texts}`;
  const [{ detail }] = report.checks;
  if (one.error)
    return detail.code === "bundle.unreadable" && detail.data.where === one.error
      ? ""
      : `${detail.code} at ${detail.data.where}, not at ${one.error}`;
  const expected = JSON.stringify(one.expected);
  const found = JSON.stringify(Object.fromEntries(outcomes));
  return found === expected ? "" : `${found}, not ${expected}`;
}

/** Readers by the kind of vector: each raises an error of `errors.js` for what is to be refused. */
export async function readersOf(key, verifier) {
  const [{ parseBundle }, { parseTrust }, { readLatest, readStatus }, { parseJson }, notes, { canonicalText }] =
    await Promise.all(
      ["bundle.js", "trust.js", "checks-online.js", "json.js", "notes.js", "canonical.js"].map(verifier),
    );
  return {
    bundle: parseBundle,
    trust: parseTrust,
    latest_anchor: (text) => readLatest(parseJson(text)),
    status: (text) => readStatus(parseJson(text)),
    checkpoint: (text) => notes.openCheckpoint(text, key),
    verifier_key: notes.readVerifierKey,
    json: parseJson,
    canonical: (text) => canonicalText(parseJson(text)),
  };
}

async function proofsOf(verifier) {
  const [encoding, tree, { rootFromMultiproof }, { StateProof }, { blake2b256 }, { ProofError }] = await Promise.all(
    ["encoding.js", "tree.js", "multiproof.js", "trie.js", "hashing.js", "errors.js"].map(verifier),
  );
  const { equal, fromBase64, fromHex } = encoding;
  const must = (holds) => {
    if (!holds) throw new ProofError("inclusion.otherRoot");
  };
  const hashes = (texts) => texts.map(fromBase64);
  return {
    inclusion: ({ index, size, leaf, proof, root }) =>
      must(equal(tree.rootFromInclusion(index, size, fromBase64(leaf), hashes(proof)), fromBase64(root))),
    consistency: (one) =>
      tree.checkConsistency(one.old, one.new, hashes(one.proof), fromBase64(one.old_root), fromBase64(one.new_root)),
    multiproof: ({ leaves, size, proof, root }) => {
      const shown = leaves.map(([index, leaf]) => [index, fromBase64(leaf)]);
      must(equal(rootFromMultiproof(shown, size, hashes(proof)), fromBase64(root)));
    },
    trie_node: ({ node }) => new StateProof(blake2b256(fromHex(node)), [fromHex(node)]).read(Uint8Array.of(1)),
  };
}

/** Why the reader refuses: an error of errors.js; null where it does not. Any other error is raised. */
export function refusalOf(read, given) {
  try {
    read(given);
    return null;
  } catch (error) {
    if (!["ProofError", "BundleError", "TrustError"].includes(error.name)) throw error;
    return error;
  }
}

/**
 * What of refused.json was not refused as it must be; and how many were looked at, by kind.
 * `files` has the parsed vectors: refused, bundle, notes, verification.
 */
export async function wrongOfRefused(files, verifier) {
  const { refused, verification } = files;
  const latest = Object.entries(verification.world.log).find(([url]) => url.includes("/anchors/latest"))[1];
  const status = Object.entries(verification.world.log).find(([url]) => url.endsWith("/status"))[1];
  const documents = { bundle: files.bundle, trust: refused.trust_file[0], latest_anchor: latest, status };
  const wrong = [];
  const counted = {};
  for (const [kind, read] of Object.entries(await readersOf(files.notes.key, verifier)))
    for (const vector of refused[kind]) {
      const text = documents[kind] ? changedText(documents[kind], vector) : (vector.text ?? vector);
      const refusal = refusalOf(read, text);
      const name = `${kind}: ${vector.name ?? JSON.stringify(vector).slice(0, 100)}`;
      if (!refusal) wrong.push(`not refused: ${name}`);
      else if (vector.error && refusal.data.where !== vector.error) wrong.push(`${name}: at ${refusal.data.where}`);
      counted[kind] = (counted[kind] ?? 0) + 1;
    }
  for (const [kind, read] of Object.entries(await proofsOf(verifier)))
    for (const vector of refused[kind]) {
      if (!refusalOf(read, vector)) wrong.push(`not refused: ${kind}: ${JSON.stringify(vector).slice(0, 100)}`);
      counted[kind] = (counted[kind] ?? 0) + 1;
    }
  return { wrong, counted };
}
