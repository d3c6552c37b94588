import { z } from "zod";
import { clientFor } from "../client.js";

export const listIssues = {
  name: "list_issues",
  description: "Open issues of a project",
  inputSchema: z.object({
    instance: z.string().default("forge.example.com"),
    project: z.number().int(),
  }),
  handler: async ({ instance, project }: { instance: string; project: number }) => {
    const { data } = await clientFor(instance).get(`/projects/${project}/issues`, { params: { state: "opened" } });
    return data.map((issue: any) => `#${issue.iid} ${issue.title}`).join("\n");
  },
};
