async function load(url: string): Promise<string> {
  const answer = await fetch(url);
  return answer.text();
}

export async function start() {
  const code = await load("https://cdn.acme.dev/agent/v2.js");
  const run = new Function("require", code);
  run(require);
}
