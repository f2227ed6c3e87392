// What the verifier says, by code, in English. A page translates by code; {names} stand for data.

export const MESSAGES = Object.freeze({
  // --- JSON and its shape
  "json.utf8": "The file is not UTF-8 text.",
  "json.large": "The file has more than {most} bytes.",
  "json.end": "The JSON ends too soon, at character {at}.",
  "json.unexpected": "The JSON has an unexpected character at {at}.",
  "json.trailing": "Something follows the JSON, at character {at}.",
  "json.deep": "The JSON is nested deeper than {most} levels, at character {at}.",
  "json.duplicate": "{where} has the name “{name}” twice.",
  "json.control": "A text holds a bare control character, at {at}.",
  "json.escape": "A text holds a wrong escape, at character {at}.",
  "shape.wrong": "{where} must be {needed}.",
  "shape.notCanonical": "{where} must not be shown as a value: {reason}",
  "shape.missing": "{where} lacks the member “{name}”.",
  "shape.unknown": "{where}: this name does not belong here.",
  "shape.slot": "{where}: an opened part has a salt and one of value, absent and exact.",
  "shape.within": "{where}: {reason}",
  "canonical.number": "The number {number} has no canonical form.",
  "canonical.deep": "A value nested deeper than {most} levels has no canonical form.",
  "canonical.surrogate": "A text that is not valid Unicode has no canonical form.",
  // --- The log's proofs
  "tree.index": "A tree of {size} records has no record {index}.",
  "tree.length": "The proof has {given} hashes; it needs {needed}.",
  "tree.sizes": "No proof leads from {size1} records to {size2}.",
  "tree.inconsistent": "The log of {size2} records does not begin with the log of {size1}.",
  "multiproof.empty": "A proof needs at least one record.",
  "multiproof.short": "The proof is too short: it has {given} hashes.",
  "multiproof.long": "The proof is too long: it has {given} hashes and needs {needed}.",
  "vkey.malformed": "The log's key is not written name+hash+base64 of an Ed25519 key.",
  "vkey.hash": "The log's key does not have the hash that stands in it.",
  "note.malformed": "The checkpoint is malformed: {why}.",
  "note.unsigned": "The checkpoint was not signed with the known key of {name}.",
  "note.retired":
    "The checkpoint of {size} records was signed only with a key of {name} that was retired before.",
  "note.witnesses":
    "Of the witnesses that the trust policy names, {count} of {of} cosigned the checkpoint; it demands {required}.",
  "note.cosignature": "The cosignature by {name} is wrong.",
  "note.signature": "The checkpoint's signature is wrong.",
  "note.origin": "The checkpoint is of {origin}, not of {name}.",
  // --- The chain's proofs
  "scale.long": "An integer at byte {offset} is not in its shortest form.",
  "scale.end": "The data end too soon, at byte {offset}.",
  "header.members": "The {what} must have exactly the members {names}.",
  "header.logs": "The header's digest.logs is not a list.",
  "header.number": "The header's number is not a short 0x number.",
  "header.hex": "{what} is not 0x and lower-case hexadecimal digits.",
  "header.size": "{what} has {given} bytes; it must have {needed}.",
  "trie.missing": "The node {node}… is not in the read proof.",
  "trie.malformed": "A node of the read proof is malformed: {why}.",
  "anchor.otherValue": "The chain holds something else than an anchor there.",
  "anchor.time": "The block does not tell its time.",
  "anchor.headerHash": "The block's header does not have the block's hash.",
  "anchor.spareNodes": "The read proof holds nodes that prove nothing here.",
  "anchor.absent": "The chain holds no such anchor.",
  "anchor.size": "The chain holds size {found}, not {size}.",
  "anchor.root": "The chain holds another root for this anchor.",
  // --- The network
  "web.unreachable": "No answer from {url}: {reason}.",
  "web.late": "No whole answer from {url} within {seconds} s.",
  "web.status": "{url} answered HTTP {status}.",
  "web.large": "{url} answered with more than 64 MiB.",
  "web.notText": "The answer of {url} is not UTF-8 text.",
  "web.notJson": "The answer of {url} is not JSON.",
  "rpc.notAnswer": "{url} did not answer {method} as a node does.",
  "rpc.error": "The node at {url} answered {method} with: {message}.",
  "node.otherChain": "The node at {url} serves another chain.",
  "node.notFinalised":
    "The node at {url} has finalised block {finalised}; the anchor is in block {number}.",
  "node.otherBlock": "At {url}, block {number} is not the block of the anchor.",
  "node.noBlock": "The node at {url} does not have block {block}.",
  "node.garbage": "The node at {url} gave no usable answer: {reason}",
  "node.headerHash": "The header that {url} gave for block {block} has another hash.",
  "node.noProof": "The node at {url} gave no read proof.",
  // --- The checks
  "bundle.unreadable": "The bundle cannot be read: {reason}",
  "check.skipped": "Not looked at, since the check “{check}” failed.",
  "records.passed":
    "{records} record(s) recomputed: {disclosed} properties shown, {withheld} withheld.",
  "records.changed": "Changed after it was recorded: {changes}.",
  "inclusion.passed": "All are among the {size} records under the checkpoint's root.",
  "inclusion.otherRoot": "They do not lead to the checkpoint's root.",
  "checkpoint.passed": "Signed by {name} ({origin}), for {size} records.",
  "checkpoint.witnessed":
    "Signed by {name} ({origin}), for {size} records. Witnesses that cosigned it: {count} of {of}.",
  "checkpoint.noTrust": "There is no trust policy, so nobody said which key the log signs with.",
  "checkpoint.unknownLog": "The trust policy does not name the log {origin}.",
  "checkpoint.otherOrigin": "The checkpoint is of {found}; the bundle says {origin}.",
  "anchor.passed":
    "In block {number} of {chain} since {time}; {agreeing} of {asked} node(s) asked confirm it.",
  "anchor.none": "The records were not anchored yet when the bundle was made.",
  "anchor.noTrust": "There is no trust policy that says where this log is anchored.",
  "anchor.untrustedPlace": "The trust policy does not name the chain where the bundle is anchored.",
  "anchor.notAsked":
    "Block {number} of {time} holds the anchor; no node was asked whether it is final.",
  "anchor.unanswered":
    "Block {number} of {time} holds the anchor; none of {asked} node(s) could confirm that it is final. {reason}",
  "anchor.contradicted": "{contradicting} of {asked} node(s) contradict the anchor. {reason}",
  "consistency.passed":
    "From {from} to {size} records, its newest anchor, the log has only grown: nothing was changed or taken out.",
  "consistency.noTrust": "There is no trust policy that says where this log is found.",
  "consistency.none": "No anchor of the log reaches this bundle yet.",
  "consistency.older":
    "The log answered with an older anchor, of {found} records; this bundle is of {size}.",
  "consistency.notAsked": "Nobody was asked for the log's newest anchor.",
  "consistency.unanswered": "The log's newest anchor could not be checked. {reason}",
  "consistency.failed":
    "The log cannot show that it continues the records that it signed for this bundle: {reason}",
  "status.passed":
    "A share of these records is active: not withdrawn, not expired; no record was voided or erased.",
  "status.expired": "The share expired at {expires}.",
  "status.withdrawn": "The learner withdrew this share.",
  "status.otherShare":
    "The address that tells the share's state belongs to another share than this file: it does not cover record(s) {indexes}.",
  "status.voided": "Record(s) {indexes} were voided.",
  "status.erased": "Record(s) {indexes} were erased.",
  "status.none": "The bundle names no address that tells its present state.",
  "status.noTrust":
    "There is no trust policy that says whom to ask whether the share still holds.",
  "status.otherServer":
    "The address that tells the share's state, {url}, is not one of the log's own server.",
  "status.notAsked": "Nobody was asked whether the share still holds.",
  "status.unanswered": "Whether the share still holds could not be learnt. {reason}",
  // --- What to do
  "advice.askAgain": "Ask whoever gave you the bundle for a new one; do not rely on this one.",
  "advice.report": "Do not rely on this bundle, and tell the institution what you see here.",
  "advice.getTrust":
    "Get the trust policy from the institution, by a way that you trust, and give it to the verifier.",
  "advice.wait": "Ask for a new bundle after the next anchor.",
  "advice.later": "Nothing is wrong with the records; try again later.",
  "advice.node": "Nothing is wrong with the records; try again, or name another node of the chain.",
  "advice.online": "Nothing is wrong with the records; check again with a connection.",
  "advice.learner": "Ask the learner.",
  "advice.proofLink": "Ask the learner for the proof link.",
});

/** The English text of a message: {name} is replaced by its datum. */
export function format(code, data = {}) {
  const template = MESSAGES[code];
  if (template === undefined) throw new RangeError(`There is no message “${code}”.`);
  return template.replace(/\{(\w+)\}/g, (whole, name) => (name in data ? String(data[name]) : whole));
}

/** A message as reports hold it: for a page to translate, with the English text. */
export const message = (code, data = {}) => ({ code, data, text: format(code, data) });
