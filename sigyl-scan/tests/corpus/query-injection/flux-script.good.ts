import { flux, InfluxDB } from "@influxdata/influxdb-client";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";

const api = new InfluxDB({ url: "http://127.0.0.1:8086", token: process.env.INFLUX_TOKEN }).getQueryApi("lab");
const server = new McpServer({ name: "sensors", version: "1.0.0" });
server.tool("latest", "Latest values", { sensor: z.string() }, async ({ sensor }) => {
  const rows = await api.collectRows(flux`from(bucket: "lab") |> range(start: -1h) |> filter(fn: (r) => r._measurement == ${sensor})`);
  return { content: [{ type: "text", text: JSON.stringify(rows) }] };
});
