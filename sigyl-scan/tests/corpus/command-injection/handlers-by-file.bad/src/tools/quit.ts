export const quitTool = { name: "quit_app", description: "Quits an application", inputSchema: { type: "object", properties: {} } };

export async function handleQuit() {
  return { content: [{ type: "text", text: "not yet" }] };
}
