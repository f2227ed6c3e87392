/**
 * What the offline verifier says at its head, from what was proven alone. Pure: no document.
 *
 * Nothing here is taken from what a file merely says: the keeper's name is that of the trust file.
 */

import { moment, noteOf, picked } from "./verdict.js";

const BASIC = ["records", "inclusion", "checkpoint"];

/** {outcome, stamp, sentence, more} for a report without a network. */
export function offlineVerdict(report, words, language) {
  const { page } = words;
  const failed = report.checks.find(({ outcome }) => outcome === "failed");
  if (failed) {
    const sentence = failed.id === "status" ? words.status_failed : page.do_not_rely;
    return { outcome: "failed", stamp: words.stamps.failed, sentence, more: noteOf(failed, words) };
  }
  const unsure = report.checks.find(({ id, outcome }) => BASIC.includes(id) && outcome !== "passed");
  const outcome = "could_not_check";
  if (unsure)
    return { outcome, stamp: words.stamps[outcome], sentence: page.not_known, more: noteOf(unsure, words) };
  const { detail } = report.checks.find(({ id }) => id === "checkpoint");
  const count = report.bundle.records.length;
  const sentence = (count === 1 ? page.unchanged_one : page.unchanged_other)
    .replace("{count}", () => count)
    .replace("{keeper}", () => detail.data.name);
  return { outcome, stamp: page.offline_stamp, sentence, more: sinceWhen(report, words, language) };
}

function sinceWhen(report, { page, ...words }, language) {
  const anchor = report.checks.find(({ id }) => id === "anchor");
  if (anchor.detail.code === "anchor.none") return page.not_anchored;
  if (anchor.detail.code !== "anchor.notAsked") return noteOf(anchor, words);
  const { time, chain } = anchor.detail.data;
  const utc = moment(time, language, { dateStyle: "long", timeStyle: "short", timeZone: "UTC" });
  return page.since.replace("{time}", `${utc} UTC`).replace("{chain}", () => chain);
}

/** A record in one line: what was done, and with what, as far as that is shown. */
export function recordTitle(slots, language) {
  const verb = slots.verb.value;
  const object = slots.object.value;
  const parts = [
    (verb?.display && picked(verb.display, language)) ?? lastOf(verb?.id),
    (object?.definition?.name && picked(object.definition.name, language)) ?? object?.id,
    slots.timestamp.value,
  ];
  return parts.filter((part) => typeof part === "string" && part).join(" · ");
}

const lastOf = (iri) => (typeof iri === "string" ? iri.split(/[/#]/).at(-1) : undefined);
