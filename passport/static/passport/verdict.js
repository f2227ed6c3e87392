/**
 * The sentence at the head of the proof page, from what was proven. Pure: no document, no network.
 */

const BEDROCK = ["records", "inclusion", "checkpoint"];
const STATUS = "status";
const COMPLETED = /[/#]completed$/;
const PASSED = /[/#](passed|satisfied|mastered)$/;

/** What a check's result means to a reader: by the reason where we have words for it, else by outcome. */
export function noteOf(check, words) {
  return words.reasons[check.detail.code] ?? words.notes[check.id][check.outcome];
}

/**
 * @param report what `verify` returned
 * @param bundle the file as JSON, or null where it is none
 * @param settings {language, course, words}
 * @returns {{outcome: string, sentence: string, more: string, hideClaims: boolean}}
 *   `hideClaims`: what the server wrote into the page cannot be relied on and must not be shown.
 */
export function verdictOf(report, bundle, settings) {
  const { words } = settings;
  const failed = report.checks.find((check) => check.outcome === "failed");
  if (failed) {
    const forged = failed.id !== STATUS;
    const sentence = forged ? words.failed : words.status_failed;
    return { outcome: "failed", sentence, more: noteOf(failed, words), hideClaims: forged };
  }
  const unsure = report.checks.find(({ id, outcome }) => BEDROCK.includes(id) && outcome !== "passed");
  if (bundle === null || unsure) {
    const more = unsure ? noteOf(unsure, words) : words.unknown_more;
    return { outcome: "could_not_check", sentence: words.unknown, more, hideClaims: false };
  }
  const sentence = `${claimOf(bundle, settings)} ${sinceOf(report, settings)}`;
  return { outcome: report.outcome, sentence, more: moreOf(report, words), hideClaims: false };
}

/** By when it was recorded, as far as that was proven. */
function sinceOf(report, { language, words }) {
  const anchor = report.checks.find(({ id }) => id === "anchor");
  if (anchor.outcome === "passed") return words.since.replace("{time}", utc(report.anchor.time, language));
  return anchor.detail.code === "anchor.none" ? words.not_anchored : words.unchanged;
}

function moreOf(report, words) {
  const said = new Set(["anchor.none", "consistency.none"]);
  const open = report.checks.filter(({ outcome, detail }) => outcome !== "passed" && !said.has(detail.code));
  return open.map((check) => noteOf(check, words)).join(" ");
}

/** Who did what, from the disclosed slots alone; the names that only Keiko says come last. */
export function claimOf(bundle, { language, course, words }) {
  const documents = bundle.records.map((record) => shownSlots(record.slots));
  const onCourse = documents.filter((document) => document.object?.id === course);
  const done = (pattern) => onCourse.some((document) => pattern.test(document.verb?.id ?? ""));
  const facts = {
    learner: provenName(documents) ?? bundle.share.learner ?? "",
    course: provenTitle(documents, course, language) ?? bundle.share.title,
    institution: bundle.share.institution,
    count: String(documents.length),
  };
  if (!facts.learner || documents.every((document) => document.actor === undefined)) {
    facts.learner = words.a_learner;
  }
  const records = documents.length === 1 ? words.records_one : words.records_other;
  const sentence = done(COMPLETED) ? words.completed : done(PASSED) ? words.passed_course : records;
  return filled(sentence, facts);
}

function shownSlots(slots) {
  const shown = {};
  for (const [name, slot] of Object.entries(slots)) if ("value" in slot) shown[name] = slot.value;
  return shown;
}

/** The name that every disclosed actor carries, if they agree. */
function provenName(documents) {
  const names = new Set(documents.map((document) => document.actor?.name).filter(Boolean));
  return names.size === 1 ? [...names][0] : null;
}

function provenTitle(documents, course, language) {
  for (const document of documents) {
    const activities = [document.object, ...Object.values(document.context?.contextActivities ?? {}).flat()];
    const names = activities.find((activity) => activity?.id === course && activity.definition?.name)?.definition.name;
    if (names) return picked(names, language);
  }
  return null;
}

/** The text of a language map in this language, or in English, or in any. */
export function picked(names, language) {
  const tags = Object.keys(names);
  const found = [language, "en"].map((wanted) => tags.find((tag) => tag.toLowerCase().split("-")[0] === wanted)).find(Boolean);
  return names[found ?? tags[0]];
}

function filled(sentence, facts) {
  return sentence.replace(/\{(\w+)\}/g, (whole, name) => facts[name] ?? whole);
}

function utc(time, language) {
  return `${moment(time, language, { dateStyle: "long", timeStyle: "short", timeZone: "UTC" })} UTC`;
}

/** A time in words. English readers of two continents agree on day, month name and 24 hours. */
export function moment(time, language, options) {
  const locale = language === "en" ? "en-GB" : language;
  return new Intl.DateTimeFormat(locale, options).format(new Date(time));
}

export function readableJson(report) {
  const plain = (_key, value) => {
    if (typeof value === "bigint") return String(value);
    if (value instanceof Map) return Object.fromEntries(value);
    if (value instanceof Uint8Array) return Array.from(value, (byte) => byte.toString(16).padStart(2, "0")).join("");
    return value;
  };
  const { bundle: _asDownloaded, ...rest } = report;
  return JSON.stringify(rest, plain, 2);
}
