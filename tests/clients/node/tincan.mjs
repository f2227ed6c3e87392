// TinCanJS: saves the given statements at once, then reads each of them back and asks for a page.
import TinCan from "tincanjs";
import { answer, readJob } from "./job.mjs";

const { endpoint, key, secret, given } = await readJob();
const lrs = new TinCan.LRS({ endpoint, username: key, password: secret, version: "1.0.2" });

function call(start) {
  return new Promise((resolve, reject) => {
    start((error, result) => {
      if (error !== null) {
        reject(new Error(`the LRS answered ${error}: ${result?.responseText ?? result}`));
      } else {
        resolve(result);
      }
    });
  });
}

const statements = given.map((each) => new TinCan.Statement(each));
await call((callback) => lrs.saveStatements(statements, { callback }));
const read = [];
for (const statement of statements) {
  const found = await call((callback) => lrs.retrieveStatement(statement.id, { callback }));
  read.push(found.asVersion("1.0.2"));
}
const agent = statements[0].actor;
const page = await call((callback) => lrs.queryStatements({ params: { agent, limit: 1 }, callback }));
const next = page.more
  ? await call((callback) => lrs.moreStatements({ url: page.more, callback }))
  : null;
answer({
  read,
  page: page.statements.map((each) => each.id),
  next: next?.statements.map((each) => each.id) ?? null,
});
