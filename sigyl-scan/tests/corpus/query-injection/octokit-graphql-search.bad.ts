import { graphql } from "@octokit/graphql";
import { FastMCP } from "fastmcp";
import { z } from "zod";

const client = graphql.defaults({ headers: { authorization: `token ${process.env.FORGE_TOKEN}` } });
const mcp = new FastMCP({ name: "forge-search", version: "1.0.0" });

mcp.addTool({
  name: "stars",
  description: "Stars of a repository",
  parameters: z.object({ owner: z.string(), name: z.string() }),
  execute: async ({ owner, name }) => {
    const result = await client(`query { repository(owner: "${owner}", name: "${name}") { stargazerCount } }`);
    return JSON.stringify(result);
  },
});

mcp.start({ transportType: "stdio" });
