const table = new Map<string, { user: string }>();

export async function findSession(id: string) {
  return table.get(id) ?? { user: "nobody" };
}
