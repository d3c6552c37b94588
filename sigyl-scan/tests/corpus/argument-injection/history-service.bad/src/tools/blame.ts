import { z } from "zod";
import { gitFor } from "../git.js";
import { defineTool } from "../registry.js";

export const gitBlame = defineTool({
  name: "git_blame",
  description: "Show who last changed each line of a file",
  input: z.object({ repository: z.string(), file: z.string() }),
  async run({ repository, file }) {
    return gitFor(repository).raw(["blame", "--", file]);
  },
});
