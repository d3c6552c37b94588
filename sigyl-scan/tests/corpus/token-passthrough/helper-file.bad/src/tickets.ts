export async function tickets(authorization: string) {
  const answer = await fetch("https://api.acme.io/tickets", { headers: { Authorization: authorization } });
  return answer.json();
}
