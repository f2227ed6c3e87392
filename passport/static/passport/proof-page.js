/**
 * The proof page: fetches the file, has it checked here, and says what was found.
 *
 * Every claim of the verdict is worded from the records of the file that was checked, never from
 * what the server wrote into the page. The words come translated in the `proof-settings` element.
 */

import { verify } from "./verify/verification.js";
import { moment, noteOf, readableJson, verdictOf } from "./verdict.js";

const settings = JSON.parse(document.getElementById("proof-settings").textContent);
const words = settings.words;
const byId = (id) => document.getElementById(id);

/** The server's answer is not the file; `said` is its sentence for the reader, `gone` that it is closed. */
class NotGiven extends Error {
  constructor(address, status, said) {
    super(`${address}: ${status} ${said}`);
    this.said = said;
    this.gone = status === 404 || status === 410;
  }
}

async function load(address) {
  const response = await fetch(address, { cache: "no-store", credentials: "omit" });
  const text = await response.text();
  if (!response.ok) throw new NotGiven(address, response.status, sentenceIn(text));
  return text;
}

function sentenceIn(text) {
  try {
    return String(JSON.parse(text).detail ?? "");
  } catch {
    return "";
  }
}

/** The trust policy, or null: then the checks that need it end as "could not check". */
async function loadTrust() {
  try {
    return await load(settings.trust);
  } catch {
    return null;
  }
}

function showCheck(check, note) {
  const row = document.querySelector(`[data-check="${check.id}"]`);
  if (!row) return;
  row.dataset.outcome = check.outcome;
  row.querySelector(".check-word").textContent = words.outcomes[check.outcome];
  row.querySelector(".check-note").textContent = note;
}

function announce(text) {
  byId("announcer").textContent = text;
}

function showVerdict(verdict) {
  byId("verdict").dataset.outcome = verdict.outcome;
  byId("verdict-sentence").textContent = verdict.sentence;
  byId("verdict-more").textContent = verdict.more;
  byId("verdict-more").hidden = verdict.more === "";
  const stamp = byId("stamp");
  stamp.dataset.outcome = verdict.outcome;
  byId("stamp-word").textContent = words.stamps[verdict.outcome];
  byId("stamp-note").textContent = verdict.outcome === "waiting" ? "" : stampNote();
  for (const claim of document.querySelectorAll("[data-claim]")) claim.hidden = verdict.hideClaims;
}

function stampNote() {
  const now = moment(Date.now(), settings.language, { dateStyle: "medium", timeStyle: "short" });
  return words.stamp_note.replace("{time}", now);
}

function showDetails(report) {
  const rows = report.checks.map((check) => {
    const row = document.createElement("div");
    const name = document.createElement("dt");
    const text = document.createElement("dd");
    name.textContent = `${check.id}: ${check.outcome}`;
    text.textContent = [check.detail.text, check.advice?.text].filter(Boolean).join(" ");
    row.append(name, text);
    return row;
  });
  byId("details").replaceChildren(...rows);
  byId("report").textContent = readableJson(report);
}

function showWaiting() {
  for (const row of document.querySelectorAll("[data-check]")) {
    row.dataset.outcome = "waiting";
    row.querySelector(".check-word").textContent = words.outcomes.waiting;
  }
  byId("stamp").dataset.outcome = "waiting";
  byId("stamp-word").textContent = words.stamps.waiting;
  byId("stamp-note").textContent = "";
  announce(words.running);
}

function showNotLoaded(problem) {
  for (const row of document.querySelectorAll("[data-check]")) {
    row.dataset.outcome = "could_not_check";
    row.querySelector(".check-word").textContent = words.outcomes.could_not_check;
  }
  showVerdict({
    outcome: "could_not_check",
    sentence: words.unknown,
    more: problem.said || words.no_file,
    hideClaims: Boolean(problem.gone),
  });
  byId("report").textContent = String(problem);
  announce(`${words.unknown} ${problem.said || words.no_file}`);
}

async function run(nodes) {
  const button = byId("run-again");
  button.disabled = true;
  showWaiting();
  try {
    const [text, trust] = await Promise.all([load(settings.bundle), loadTrust()]);
    const report = await verify(text, {
      trust,
      nodes,
      fetch: (...request) => fetch(...request),
      now: new Date(),
      onCheck: (check) => showCheck(check, noteOf(check, words)),
    });
    for (const check of report.checks) showCheck(check, noteOf(check, words));
    const verdict = verdictOf(report, parsed(text), settings);
    showVerdict(verdict);
    showDetails(report);
    announce(`${words.stamps[verdict.outcome]}. ${verdict.sentence} ${verdict.more}`);
  } catch (problem) {
    showNotLoaded(problem);
  } finally {
    button.disabled = false;
  }
}

/** The file as JSON, for its words only: whether it is well formed is for `verify` to say. */
function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** The visitor's node as a list for `verify`; null after a mistake, which is then shown. */
function chosenNodes() {
  const field = byId("node");
  const error = byId("node-error");
  const address = field.value.trim();
  const good = address === "" || /^https?:\/\/[^\s/]+/.test(address);
  error.hidden = good;
  error.textContent = good ? "" : words.bad_node;
  field.toggleAttribute("aria-invalid", false);
  if (!good) {
    field.setAttribute("aria-invalid", "true");
    field.focus();
    return null;
  }
  return address === "" ? [] : [address];
}

byId("again").hidden = false;
byId("again").addEventListener("submit", (event) => {
  event.preventDefault();
  const nodes = chosenNodes();
  if (nodes) run(nodes);
});
run([]);
