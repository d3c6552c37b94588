import { z } from "zod";
import { containerName } from "./validation.js";

export const LogsInput = z.object({
  container: containerName,
  tail: z.coerce.number().int().min(1).max(5000).default(100),
});

export const InspectInput = z.object({ container: containerName });
