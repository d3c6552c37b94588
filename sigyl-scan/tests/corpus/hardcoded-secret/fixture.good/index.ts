export function connect(options: { apiKey: string; password: string }) {
  return options;
}
