// @xapi/xapi: every call that it offers, in the version that is given.
import { createHash } from "node:crypto";
import { createRequire } from "node:module";
import { watch } from "./calls.mjs";
import { answer, readJob } from "./job.mjs";

const XAPI = createRequire(import.meta.url)("@xapi/xapi");
const { endpoint, key, secret, given } = await readJob();
const { course, learner, registration, version } = given;
const calls = watch(XAPI.prototype, { except: ["requestResource", "requestURL", "generateURL"] });
// Its usual adapter, axios, replaces the Content-Type of a multipart body in Node.js; the other one says no status.
const xapi = new XAPI({ endpoint, auth: XAPI.toBasicAuth(key, secret), version });
const fetching = new XAPI({ endpoint, auth: XAPI.toBasicAuth(key, secret), version, adapter: "fetch" });

const agent = { objectType: "Agent", name: "Mateo", mbox: learner };
const verb = XAPI.Verbs.COMPLETED;
const object = { objectType: "Activity", id: course, definition: { name: { es: "Curso" } } };
const status = (promise) => promise.then((done) => done.status, (error) => error.response.status);
const seen = {};

// --- about, statements
seen.versions = (await xapi.getAbout()).data.version;
const content = Uint8Array.from({ length: 300 }, (_, index) => index % 256); // no text: every byte there is
const attachment = {
  usageType: XAPI.AttachmentUsages.SUPPORTING_MEDIA,
  display: { es: "Foto" },
  contentType: "image/png",
  length: content.byteLength,
  sha2: createHash("sha256").update(content).digest("hex"),
};
const plain = { actor: agent, verb, object, context: { registration } };
const withContent = { ...plain, attachments: [attachment] };
const [first] = (await fetching.sendStatement({ statement: withContent, attachments: [content.buffer] })).data;
const [second] = (await xapi.sendStatement({ statement: plain })).data;
const several = (await xapi.sendStatements({ statements: [plain, plain, plain] })).data;
seen.ids = [first, second, ...several];
const got = await xapi.getStatement({ statementId: first, attachments: true });
seen.multipart = got.headers["content-type"];
seen.statement = got.data[0].id;
seen.contentIsThere = got.data.length > 1;
const all = await xapi.getStatements({
  agent, verb: verb.id, activity: course, registration, related_activities: true, related_agents: true,
  since: "2020-01-01T00:00:00Z", until: "2099-01-01T00:00:00Z", limit: 2, ascending: true, format: "ids",
});
const more = await xapi.getMoreStatements({ more: all.data.more });
seen.pages = [all, more].map(({ data }) => data.statements.map(({ id }) => id));
const tagged = await xapi.getStatements({ activity: course, attachments: true });
seen.multipartList = tagged.data[0].statements.length;
await xapi.voidStatement({ actor: agent, statementId: second });
await xapi.voidStatements({ actor: agent, statementIds: several.slice(0, 2) });
seen.voided = (await xapi.getVoidedStatement({ voidedStatementId: second })).data.id;
seen.hidden = await Promise.all(
  [second, ...several].map((statementId) => status(xapi.getStatement({ statementId }))),
);

// --- agents, activities
seen.person = (await xapi.getAgent({ agent: { mbox: learner } })).data;
seen.activity = (await xapi.getActivity({ activityId: course })).data;

// --- state
const place = { agent, activityId: course, registration };
await xapi.createState({ ...place, stateId: "s", state: { a: 1, b: 1 } });
await xapi.createState({ ...place, stateId: "s", state: { b: 2 } });
const state = await xapi.getState({ ...place, stateId: "s" });
seen.state = state.data;
const match = { etag: state.headers.etag, matchHeader: "If-Match" };
await xapi.setState({ ...place, stateId: "s", state: { c: 3 }, ...match });
seen.staleState = await status(xapi.setState({ ...place, stateId: "s", state: { d: 4 }, ...match }));
await xapi.setState({ ...place, stateId: "t", state: "plain text", contentType: "text/plain" });
seen.text = (await xapi.getState({ ...place, stateId: "t" })).data;
seen.states = (await xapi.getStates({ ...place, since: "2020-01-01T00:00:00Z" })).data;
await xapi.deleteState({ ...place, stateId: "t" });
seen.deletedState = await status(xapi.getState({ ...place, stateId: "t" }));
const other = { ...place, activityId: `${course}/other` };
await xapi.createState({ ...other, stateId: "u", state: {} });
await xapi.deleteStates(other);
seen.clearedStates = (await xapi.getStates(other)).data;

// --- profiles: of the activity, then of the agent
for (const [kind, where] of [["Activity", { activityId: course }], ["Agent", { agent }]]) {
  const of = (method, more) => xapi[`${method}${kind}Profile`]({ ...where, profileId: "q", ...more });
  await of("create", { profile: { a: 1 } });
  const profile = await of("get");
  await of("set", { profile: { a: 2 }, etag: profile.headers.etag, matchHeader: "If-Match" });
  const stale = await status(of("set", { profile: { a: 3 }, etag: profile.headers.etag, matchHeader: "If-Match" }));
  const taken = await status(of("set", { profile: { a: 3 }, etag: "*", matchHeader: "If-None-Match" }));
  const kept = (await of("get")).data;
  const ids = (await xapi[`get${kind}Profiles`](where)).data;
  const fresh = (await of("get")).headers.etag;
  await of("delete", { etag: fresh });
  seen[`${kind.toLowerCase()}Profile`] = { kept, ids, stale, taken, gone: await status(of("get")) };
}

answer({ ...seen, missing: calls.missing() });
