import { FastMCP } from "fastmcp";
import { request } from "undici";
import { z } from "zod";

const mcp = new FastMCP({ name: "chain", version: "1.0.0" });
const Address = z.string().refine((value) => /^0x[0-9a-fA-F]{40}$/.test(value), "not an address");

mcp.addTool({
  name: "balance",
  description: "Balance of an address",
  parameters: z.object({ address: Address, network: z.enum(["main", "test"]) }),
  execute: async ({ address, network }) => {
    const url = "https://" + network + ".chain.example.com/address/" + address + "/balance";
    const { body } = await request(url);
    return JSON.stringify(await body.json());
  },
});

mcp.start({ transportType: "stdio" });
