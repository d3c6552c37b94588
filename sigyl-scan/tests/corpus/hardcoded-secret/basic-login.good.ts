export async function stock() {
  const answer = await fetch("https://stock.acme.io/api/items", {
    headers: { authorization: `Basic ${btoa(`${process.env.STOCK_USER}:${process.env.STOCK_PASSWORD}`)}` },
  });
  return answer.json();
}
