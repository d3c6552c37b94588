function mask(value: string | undefined): string {
  if (!value) return "(not set)";
  return value.length <= 8 ? "********" : `${value.slice(0, 4)}…${value.slice(-2)}`;
}

const apiKey = process.env.SEARCH_API_KEY;
console.error(`SEARCH_API_KEY: ${mask(apiKey)}`);
if (!apiKey) {
  console.error("Error: SEARCH_API_KEY environment variable is required");
  process.exit(1);
}
