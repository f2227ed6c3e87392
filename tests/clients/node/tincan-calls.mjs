// TinCanJS: every call of its LRS, then every call of its facade, against one activity and one agent.
import TinCan from "tincanjs";
import { watch } from "./calls.mjs";
import { answer, readJob } from "./job.mjs";

const { endpoint, key, secret, given } = await readJob();
const { course, learner, registration } = given;
const lrsCalls = watch(TinCan.LRS.prototype, { except: ["sendRequest"] });
const facadeCalls = watch(TinCan.prototype, { except: ["addRecordStore", "prepareStatement"] });

function settled(start) {
  return new Promise((resolve) => start((error, result) => resolve({ error, result })));
}

async function call(start) {
  const { error, result } = await settled(start);
  if (error !== null) throw new Error(`the LRS answered ${error}: ${result?.responseText ?? result}`);
  return result;
}

const lrs = new TinCan.LRS({ endpoint, username: key, password: secret, version: "1.0.2" });
const activity = new TinCan.Activity({ id: course, definition: { name: { es: "Curso" } } });
const agent = new TinCan.Agent({ name: "Lucía", mbox: learner });
const verb = { id: "http://adlnet.gov/expapi/verbs/experienced", display: { en: "experienced" } };
const statement = (more) => new TinCan.Statement({ actor: agent, verb, target: activity, ...more });
const seen = {};

// --- about, statements
seen.versions = (await call((callback) => lrs.about({ callback }))).version;
const essay = new TinCan.Attachment({
  usageType: "https://w3id.org/keiko/test/essay",
  display: { es: "Redacción" },
  contentType: "text/plain; charset=utf-8",
  content: "El camello,\r\n--no es el límite--",
});
const written = statement({ attachments: [essay] });
await call((callback) => lrs.saveStatement(written, { callback }));
const several = [statement(), statement(), statement()];
await call((callback) => lrs.saveStatements(several, { callback }));
const one = await call((callback) =>
  lrs.retrieveStatement(written.id, { params: { attachments: true }, callback }),
);
seen.attachment = one.attachments[0].getContentAsString();
const query = { agent, verb, activity, related_activities: true, limit: 2, ascending: true };
const page = await call((callback) => lrs.queryStatements({ params: query, callback }));
const next = await call((callback) => lrs.moreStatements({ url: page.more, callback }));
seen.pages = [page, next].map(({ statements }) => statements.map(({ id }) => id));
const withContent = await call((callback) =>
  lrs.queryStatements({ params: { agent, attachments: true }, callback }),
);
seen.attachments = withContent.statements
  .flatMap(({ attachments }) => attachments ?? [])
  .map((each) => each.getContentAsString());
seen.statements = [written, ...several].map(({ id }) => id);

// --- state
const where = { activity, agent, registration };
const json = { contentType: "application/json" };
await call((callback) => lrs.saveState("bookmark", "page=3", { ...where, callback }));
await call((callback) => lrs.saveState("data", { a: 1, b: { c: 2 } }, { ...where, ...json, callback }));
const data = await call((callback) => lrs.retrieveState("data", { ...where, callback }));
seen.state = { contents: data.contents, etag: data.etag, type: data.contentType };
await call((callback) =>
  lrs.saveState("data", { b: { d: 3 } }, { ...where, ...json, method: "POST", lastSHA1: data.etag, callback }),
);
seen.conflict = (
  await settled((callback) => lrs.saveState("data", { x: 1 }, { ...where, ...json, lastSHA1: data.etag, callback }))
).error;
seen.merged = (await call((callback) => lrs.retrieveState("data", { ...where, callback }))).contents;
seen.bookmark = (await call((callback) => lrs.retrieveState("bookmark", { ...where, callback }))).contents;
seen.stateIds = await call((callback) => lrs.retrieveStateIds({ ...where, callback }));
seen.unknownState = await call((callback) => lrs.retrieveState("never", { ...where, callback }));
await call((callback) => lrs.dropState("bookmark", { ...where, callback }));
await call((callback) => lrs.saveState("kept", "until the end", { ...where, callback }));

// --- activity
const found = await call((callback) => lrs.retrieveActivity(course, { callback }));
seen.activity = found.asVersion("1.0.2");

// --- profiles: of the activity, then of the agent
for (const [name, place] of [["Activity", { activity }], ["Agent", { agent }]]) {
  const save = `save${name}Profile`, get = `retrieve${name}Profile`, drop = `drop${name}Profile`;
  await call((callback) => lrs[save]("p", { a: 1 }, { ...place, ...json, callback }));
  const again = await settled((callback) => lrs[save]("p", { a: 2 }, { ...place, ...json, callback }));
  const profile = await call((callback) => lrs[get]("p", { ...place, callback }));
  await call((callback) => lrs[save]("p", { a: 3 }, { ...place, ...json, lastSHA1: profile.etag, callback }));
  await call((callback) => lrs[save]("gone", "text", { ...place, callback }));
  const ids = await call((callback) => lrs[`${get}Ids`]({ ...place, callback }));
  await call((callback) => lrs[drop]("gone", { ...place, callback }));
  const last = await call((callback) => lrs[get]("p", { ...place, callback }));
  seen[`${name.toLowerCase()}Profile`] = { again: again.error, ids, contents: last.contents };
}

// --- the facade, which knows the learner, the activity and the registration
const tincan = new TinCan({ recordStores: [lrs], actor: agent, activity, registration });
const plain = (start) => new Promise((resolve) => start((results) => resolve(results)));
const single = statement();
const [sent] = await plain((callback) => tincan.sendStatement(single, callback));
await plain((callback) => tincan.sendStatements([{ verb, target: activity, context: { registration } }], callback));
seen.own = (await call((callback) => tincan.getStatement(single.id, callback))).id;
const [voiding] = await plain((callback) => tincan.voidStatement(single.id, callback, { actor: agent }));
seen.voided = (await call((callback) => tincan.getVoidedStatement(single.id, callback))).id;
seen.single = { id: single.id, sent: sent.err, voiding: voiding.err };
// A voided statement is a 404, which TinCanJS hands on as a result; so look at the status.
seen.hidden = (await settled((callback) => tincan.getStatement(single.id, callback))).error;
const mine = await call((callback) =>
  tincan.getStatements({ sendActor: true, sendActivity: true, params: { limit: 5 }, callback }),
);
seen.mine = mine.statements.length;
await call((callback) => tincan.setState("facade", "1", { callback }));
seen.facadeState = (await call((callback) => tincan.getState("facade", { callback }))).contents;
await call((callback) => tincan.deleteState("facade", { callback }));
await call((callback) => tincan.setActivityProfile("facade", "2", { callback }));
seen.facadeActivityProfile = (await call((callback) => tincan.getActivityProfile("facade", { callback }))).contents;
await call((callback) => tincan.deleteActivityProfile("facade", { callback }));
await call((callback) => tincan.setAgentProfile("facade", "3", { callback }));
seen.facadeAgentProfile = (await call((callback) => tincan.getAgentProfile("facade", { callback }))).contents;
await call((callback) => tincan.deleteAgentProfile("facade", { callback }));

answer({ ...seen, missing: [...lrsCalls.missing(), ...facadeCalls.missing()] });
