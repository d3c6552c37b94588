type Tool = { name: string; inputSchema: object; run: (args: unknown) => Promise<unknown> };
export const issueTools: Tool[] = [{ name: "get_issue", inputSchema: {}, run: async () => ({}) }];
export const adminTools: Tool[] = [{ name: "delete_project", inputSchema: {}, run: async () => ({}) }];
