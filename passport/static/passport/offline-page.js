/**
 * The offline verifier: takes a bundle and a trust file from the reader's own disk and says what was
 * found. Nothing is asked of anybody; only what the checks proved is told as proven.
 */

import { canonicalText } from "./verify/canonical.js";
import { SLOTS } from "./verify/commitments.js";
import { verify } from "./verify/verification.js";
import { moment, noteOf, readableJson } from "./verdict.js";
import { offlineVerdict, recordTitle } from "./offline-verdict.js";

const MOST_BYTES = 64 * 1024 * 1024;
const MOST_SHOWN = 50;
const all = JSON.parse(document.getElementById("words").textContent);
const byId = (id) => document.getElementById(id);
const opened = { bundle: null, trust: null };
let language = navigator.language.toLowerCase().startsWith("es") ? "es" : "en";
const words = () => all[language];

function element(name, content = "", properties = {}) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...[content].flat());
  return made;
}

/** Text from a file, kept from turning the direction of what stands beside it. */
const said = (text) => element("bdi", text);

function pair(name, ...content) {
  return element("div", [element("dt", name), element("dd", content)]);
}

function showWords() {
  document.documentElement.lang = language;
  document.title = `${words().page.title} · Keiko`;
  for (const place of document.querySelectorAll("[data-word]"))
    place.textContent = words().page[place.dataset.word];
  for (const button of document.querySelectorAll("[data-language]"))
    button.toggleAttribute("aria-current", button.dataset.language === language);
  for (const kind of ["bundle", "trust"])
    if (opened[kind]) byId(`${kind}-name`).replaceChildren(said(opened[kind].name));
}

function complain(text) {
  byId("problem").textContent = text;
  byId("problem").hidden = text === "";
}

/** Whether a file is a trust file by what it says of itself; everything else is taken for a bundle. */
function isTrust(text) {
  try {
    return JSON.parse(text)?.format === "keiko-trust/v1";
  } catch {
    return false;
  }
}

async function take(files) {
  complain("");
  for (const file of files) {
    if (file.size > MOST_BYTES) return complain(`${file.name}: ${words().page.large}`);
    try {
      const bytes = new Uint8Array(await file.arrayBuffer());
      const kind = isTrust(new TextDecoder().decode(bytes)) ? "trust" : "bundle";
      opened[kind] = { name: file.name, bytes };
    } catch (error) {
      // A file that was moved, or a folder.
      return complain(`${file.name}: ${words().page.unread.replace("{reason}", error.message)}`);
    }
  }
  showWords();
  await check();
}

async function check() {
  if (!opened.bundle) return;
  const now = new Date();
  try {
    const trust = opened.trust?.bytes ?? null;
    const report = await verify(opened.bundle.bytes, { trust, fetch: null, now });
    show(report, now);
  } catch (error) {
    if (error.name !== "TrustError") throw error;
    opened.trust = null;
    showWords();
    await check();
    complain(words().page.bad_trust.replace("{reason}", error.message));
  }
}

function show(report, now) {
  showVerdict(offlineVerdict(report, words(), language), now);
  byId("checks").replaceChildren(...report.checks.map(checkRow));
  showRecords(report);
  byId("details").replaceChildren(
    ...report.checks.map(({ id, outcome, detail, advice }) =>
      pair(`${id}: ${outcome}`, said([detail.text, advice?.text].filter(Boolean).join(" "))),
    ),
  );
  byId("report").textContent = readableJson(report);
  for (const id of ["verdict", "checks-section", "rest-section", "details-section"])
    byId(id).hidden = false;
}

function showVerdict({ outcome, stamp, sentence, more }, now) {
  byId("verdict").dataset.outcome = outcome;
  byId("stamp").dataset.outcome = outcome;
  byId("verdict-sentence").textContent = sentence;
  byId("verdict-more").textContent = more;
  byId("verdict-more").hidden = more === "";
  byId("stamp-word").textContent = stamp;
  const time = moment(now, language, { dateStyle: "medium", timeStyle: "short" });
  byId("stamp-note").textContent = words().page.stamp_note.replace("{time}", time);
  byId("announcer").textContent = `${stamp}. ${sentence} ${more}`;
}

function checkRow(check) {
  const { name } = words().checks[check.id];
  const row = element("li", [
    element("span", "", { className: "icon", ariaHidden: "true" }),
    element(
      "div",
      [element("h3", name), element("span", words().outcomes[check.outcome], { className: "check-word" })],
      { className: "check-head" },
    ),
    element("p", noteOf(check, words()), { className: "quiet check-note" }),
  ]);
  row.className = "check";
  row.dataset.check = check.id;
  row.dataset.outcome = check.outcome;
  return row;
}

/** What the file shows, where nothing of it was found to be changed. */
function showRecords({ bundle, checks }) {
  const basic = checks.slice(0, 3);
  byId("records-section").hidden = !bundle || basic.some(({ outcome }) => outcome === "failed");
  if (byId("records-section").hidden) {
    byId("records").replaceChildren();
    byId("said").replaceChildren();
    return;
  }
  const { page } = words();
  const { records, share } = bundle;
  byId("records").replaceChildren(...records.slice(0, MOST_SHOWN).map(recordRow));
  const more = records.length - MOST_SHOWN;
  byId("records-more").hidden = more <= 0;
  byId("records-more").textContent = (more === 1 ? page.more_one : page.more_other).replace("{count}", more);
  const day = moment(share.created, language, { dateStyle: "long", timeZone: "UTC" });
  const facts = { title: share.title, learner: share.learner, institution: share.institution, created: day };
  const stated = Object.entries(facts).filter(([, text]) => text);
  byId("said").replaceChildren(...stated.map(([name, text]) => pair(page[`said_${name}`], said(text))));
}

function recordRow({ index, slots }) {
  const { page } = words();
  const title = [page.record.replace("{index}", index), recordTitle(slots, language)].filter(Boolean);
  const rows = SLOTS.map((name) => pair(name, slotText(slots[name])));
  return element("details", [element("summary", said(title.join(" · "))), element("dl", rows, { className: "pairs" })], {
    className: "more",
  });
}

function slotText(slot) {
  const { page } = words();
  if (!slot.salt) return element("span", page.withheld, { className: "quiet" });
  if (slot.absent) return element("span", page.absent, { className: "quiet" });
  const text = slot.exact ?? canonicalText(slot.value);
  return element("code", said(text), { className: "slot-value" });
}

const drop = byId("drop");
for (const event of ["dragover", "drop"])
  document.addEventListener(event, (dropped) => {
    dropped.preventDefault(); // else the browser would leave this page for the file
    drop.classList.toggle("over", event === "dragover");
    if (event === "drop") take(dropped.dataTransfer.files);
  });
document.addEventListener("dragleave", () => drop.classList.remove("over"));
byId("files").addEventListener("change", async ({ target }) => {
  const files = [...target.files];
  target.value = ""; // the same file can be chosen again
  await take(files);
});
for (const button of document.querySelectorAll("[data-language]"))
  button.addEventListener("click", async () => {
    language = button.dataset.language;
    complain("");
    showWords();
    await check();
  });
showWords();
