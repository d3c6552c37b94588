function describe(value: string | undefined): string {
  if (!value) return "(not set)";
  return `"${value.trim()}"`;
}

const apiKey = process.env.SEARCH_API_KEY;
console.error(`SEARCH_API_KEY: ${describe(apiKey)}`);
if (!apiKey) {
  console.error("Error: SEARCH_API_KEY environment variable is required");
  process.exit(1);
}
