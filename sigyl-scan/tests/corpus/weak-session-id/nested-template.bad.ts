export class SessionManager {
  private readonly sessions = new Map<string, unknown>();

  create() {
    const stamp = Date.now().toString(36);
    const noise = Math.round(Math.random() * 1e9).toString(36);
    const id = `mcp_${stamp}_${noise}`;
    this.sessions.set(id, {});
    return id;
  }
}
