let next = 0;

export function call(method: string, params: unknown) {
  const requestId = `${Date.now()}-${next++}`;
  const progressToken = Math.random().toString(36);
  return { jsonrpc: "2.0", id: requestId, method, params, _meta: { progressToken } };
}
