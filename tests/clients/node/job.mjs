// The job that pytest gives on standard input: {endpoint, key, secret, given}.

export async function readJob() {
  const chunks = [];
  for await (const chunk of process.stdin) chunks.push(chunk);
  return JSON.parse(Buffer.concat(chunks).toString("utf-8"));
}

export function answer(value) {
  process.stdout.write(JSON.stringify(value));
}
