/**
 * The sentence at the head of the proof page, from what was proven. Pure: no document, no network.
 */

const BEDROCK = ["records", "inclusion", "checkpoint"];
const COMPLETED = /[/#]completed$/;
const PASSED = /[/#](passed|satisfied|mastered)$/;

/**
 * @param report what `verify` returned
 * @param bundle the file as JSON, or null where it is none
 * @param settings {language, course, words}
 * @returns {{outcome: string, sentence: string, more: string, hideRecords: boolean}}
 *   `hideRecords`: the records on the page cannot be relied on and must not be shown.
 */
export function verdictOf(report, bundle, settings) {
  const { words } = settings;
  const outcomes = new Map(report.checks.map((check) => [check.id, check.outcome]));
  const noteOf = (id) => words.notes[id][outcomes.get(id)];
  const failed = report.checks.find((check) => check.outcome === "failed");
  if (failed) {
    const forged = BEDROCK.includes(failed.id) || failed.id === "anchor" || failed.id === "consistency";
    return {
      outcome: "failed",
      sentence: forged ? words.failed : words.status_failed,
      more: noteOf(failed.id),
      hideRecords: forged,
    };
  }
  // The seal's owner may be unknown, but what is not even whole or in the book proves nothing.
  const unsure = BEDROCK.find((id) => outcomes.get(id) !== "passed");
  if (bundle === null || unsure) {
    return {
      outcome: "could_not_check",
      sentence: words.unknown,
      more: unsure ? noteOf(unsure) : words.unknown_more,
      hideRecords: false,
    };
  }
  const claim = claimOf(bundle, settings);
  if (outcomes.get("anchor") !== "passed") {
    const since = bundle.anchor === null ? words.not_anchored : words.unchanged;
    return { outcome: "could_not_check", sentence: `${claim} ${since}`, more: moreOf(report, bundle, words), hideRecords: false };
  }
  const time = anchorTime(report, settings.language);
  return {
    outcome: report.outcome,
    sentence: time ? `${claim} ${words.since.replace("{time}", time)}` : `${claim} ${words.unchanged}`,
    more: moreOf(report, bundle, words),
    hideRecords: false,
  };
}

function moreOf(report, bundle, words) {
  return report.checks
    .filter((check) => check.outcome === "could_not_check")
    .filter((check) => !(check.id === "anchor" && bundle.anchor === null))
    .map((check) => words.notes[check.id].could_not_check)
    .join(" ");
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

function picked(names, language) {
  const tags = Object.keys(names);
  const found = [language, "en"].map((wanted) => tags.find((tag) => tag.toLowerCase().split("-")[0] === wanted)).find(Boolean);
  return names[found ?? tags[0]];
}

function filled(sentence, facts) {
  return sentence.replace(/\{(\w+)\}/g, (whole, name) => facts[name] ?? whole);
}

/** When the anchor's block was made, in UTC and the reader's words; null if the report has none. */
function anchorTime(report, language) {
  const time = report.anchor?.time ?? report.checks.find((check) => check.id === "anchor")?.time;
  if (!time) return null;
  const format = new Intl.DateTimeFormat(language, { dateStyle: "long", timeStyle: "short", timeZone: "UTC" });
  return `${format.format(new Date(time))} UTC`;
}

export function readableJson(report) {
  return JSON.stringify(report, (_key, value) => (typeof value === "bigint" ? String(value) : value), 2);
}
