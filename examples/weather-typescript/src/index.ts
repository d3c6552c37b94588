import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { z } from "zod";

import { dailyForecast, searchPlaces } from "./open-meteo.js";

const server = new McpServer({ name: "weather-typescript", version: "1.0.0" });

server.registerTool(
  "find_place",
  {
    title: "Find a place",
    description: "Find the coordinates of a place by its name.",
    inputSchema: {
      name: z.string().min(1).max(100).describe("Name of a town or region"),
      limit: z.number().int().min(1).max(10).default(3).describe("How many places to return at most"),
    },
    annotations: { readOnlyHint: true, openWorldHint: true },
  },
  async ({ name, limit }) => {
    const places = await searchPlaces(name, limit);
    const lines = places.map((place) => `${place.name}, ${place.country}: ${place.latitude}, ${place.longitude}`);
    return { content: [{ type: "text", text: lines.join("\n") || "No such place." }] };
  },
);

server.registerTool(
  "get_forecast",
  {
    title: "Get a forecast",
    description: "Daily highest and lowest temperatures at coordinates, in degrees Celsius.",
    inputSchema: {
      latitude: z.number().min(-90).max(90),
      longitude: z.number().min(-180).max(180),
      days: z.number().int().min(1).max(7).default(3).describe("How many days, today included"),
    },
    annotations: { readOnlyHint: true, openWorldHint: true },
  },
  async ({ latitude, longitude, days }) => {
    const forecast = await dailyForecast(latitude, longitude, days);
    const lines = forecast.map((day) => `${day.date}: ${day.low} to ${day.high} °C`);
    return { content: [{ type: "text", text: lines.join("\n") }] };
  },
);

server.registerTool(
  "convert_temperature",
  {
    title: "Convert a temperature",
    description: "Convert a temperature between Celsius and Fahrenheit.",
    inputSchema: {
      value: z.number().describe("The temperature to convert"),
      from: z.enum(["celsius", "fahrenheit"]).describe("The scale that the value is on"),
    },
    annotations: { readOnlyHint: true, openWorldHint: false },
  },
  async ({ value, from }) => {
    const text =
      from === "celsius" ? `${((value * 9) / 5 + 32).toFixed(1)} °F` : `${(((value - 32) * 5) / 9).toFixed(1)} °C`;
    return { content: [{ type: "text", text }] };
  },
);

await server.connect(new StdioServerTransport());
