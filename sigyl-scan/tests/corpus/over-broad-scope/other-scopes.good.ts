import { z } from "zod";

export const search = z.object({ scope: z.enum(["all", "mine"]).default("all"), oauth: z.boolean().optional() });
export const clientId = "web";
export const npm = { scope: "@acme", registry: "https://registry.npmjs.org" };
