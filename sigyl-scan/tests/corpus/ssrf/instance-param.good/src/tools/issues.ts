import { z } from "zod";
import { clientFor } from "../client.js";
import { INSTANCES, type InstanceName } from "../instances.js";

export const listIssues = {
  name: "list_issues",
  description: "Open issues of a project",
  inputSchema: z.object({
    instance: z.enum(Object.keys(INSTANCES) as [InstanceName, ...InstanceName[]]).default("main"),
    project: z.number().int(),
  }),
  handler: async ({ instance, project }: { instance: InstanceName; project: number }) => {
    const { data } = await clientFor(INSTANCES[instance]).get(`/projects/${project}/issues`, { params: { state: "opened" } });
    return data.map((issue: any) => `#${issue.iid} ${issue.title}`).join("\n");
  },
};
