export interface Client { id: string; redirectUris: string[] }

const clients = new Map<string, Client>();

export function register(client: Client): Client {
  clients.set(client.id, client);
  return client;
}

export function find(id: string): Client | undefined {
  return clients.get(id);
}
