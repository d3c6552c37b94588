export class SessionManager {
  private readonly sessions = new Map<string, unknown>();

  create() {
    const stamp = Date.now().toString(36);
    const id = `mcp_${stamp}_${crypto.randomUUID()}`;
    this.sessions.set(id, {});
    return id;
  }
}
