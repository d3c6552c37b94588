import Database from "better-sqlite3";

const db = new Database("clients.db");

function byToken(column: string, value: string) {
  return db.prepare(`SELECT * FROM grants WHERE ${column} = ?`).get(value);
}

export const provider = {
  clientsStore: { getClient: (id: string) => db.prepare("SELECT * FROM clients WHERE id = ?").get(id) },
  async verifyAccessToken(token: string) {
    const grant = byToken("access_token", token);
    if (!grant) throw new Error("unknown token");
    return { token, clientId: grant.client, scopes: [], expiresAt: grant.expires };
  },
};
