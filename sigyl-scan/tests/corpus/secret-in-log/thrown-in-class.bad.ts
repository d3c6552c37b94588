export class TicketClient {
  private readonly token: string;

  constructor(private readonly base: string) {
    this.token = process.env.TICKET_TOKEN ?? "";
  }

  async get(id: string) {
    const answer = await fetch(`${this.base}/tickets/${encodeURIComponent(id)}`, {
      headers: { authorization: `Bearer ${this.token}` },
    });
    if (answer.status === 401) {
      throw new Error(`unauthorized: token ${this.token} was refused`);
    }
    return answer.json();
  }
}
