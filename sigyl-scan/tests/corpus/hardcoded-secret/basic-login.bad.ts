export async function stock() {
  const answer = await fetch("https://svc-mcp:pX41-tuning-Oak@stock.acme.io/api/items");
  return answer.json();
}
