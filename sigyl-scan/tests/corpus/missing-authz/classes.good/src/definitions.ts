export const definitions = [
  { name: "get_contact", inputSchema: { type: "object" }, annotations: { readOnlyHint: true } },
  { name: "delete_contact", inputSchema: { type: "object" }, annotations: { readOnlyHint: false } },
];
export const handlers: Record<string, (args: any) => Promise<unknown>> = {
  get_contact: async (args) => ({ content: [{ type: "text", text: String(args.id) }] }),
  delete_contact: async (args) => ({ content: [{ type: "text", text: `deleted ${args.id}` }] }),
};
