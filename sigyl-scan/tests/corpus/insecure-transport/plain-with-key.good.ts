export async function search(query: string) {
  const answer = await fetch(`https://api.weatherhub.io/v1/search?q=${encodeURIComponent(query)}`, {
    headers: { Authorization: `Bearer ${process.env.WEATHER_KEY}` },
  });
  return answer.json();
}
