async function load(url: string): Promise<string> {
  const answer = await fetch(url);
  return answer.text();
}

export async function start() {
  const notice = await load("https://cdn.acme.dev/agent/notice.txt");
  const run = new Function("text", "return text.trim()");
  console.error(run(notice));
}
