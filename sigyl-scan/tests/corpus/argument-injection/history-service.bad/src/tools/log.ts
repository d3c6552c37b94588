import { z } from "zod";
import { gitFor } from "../git.js";
import { defineTool } from "../registry.js";

export const gitLog = defineTool({
  name: "git_log",
  description: "Show the history of a branch",
  input: z.object({
    repository: z.string(),
    branch: z.string().default("HEAD"),
    limit: z.number().int().max(500).default(20),
  }),
  async run({ repository, branch, limit }) {
    const git = gitFor(repository);
    return git.raw(["log", `-${limit}`, "--format=%h %an %s", branch]);
  },
});
