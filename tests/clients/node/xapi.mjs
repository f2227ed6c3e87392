// @xapi/xapi: asks /about, sends the given statements, reads them back, voids the last one.
import { createRequire } from "node:module";
import { answer, readJob } from "./job.mjs";

const XAPI = createRequire(import.meta.url)("@xapi/xapi");
const { endpoint, key, secret, given } = await readJob();
const xapi = new XAPI({ endpoint, auth: XAPI.toBasicAuth(key, secret), version: "1.0.3" });

const about = (await xapi.getAbout()).data;
const ids = (await xapi.sendStatements({ statements: given })).data;
const read = [];
for (const statementId of ids) read.push((await xapi.getStatement({ statementId })).data);
const last = ids.at(-1);
await xapi.voidStatement({ actor: given[0].actor, statementId: last });
const voided = (await xapi.getVoidedStatement({ voidedStatementId: last })).data;
const gone = await xapi.getStatement({ statementId: last }).then(
  () => "still there",
  (error) => error.response.status,
);
answer({ versions: about.version, ids, read, voided, gone });
