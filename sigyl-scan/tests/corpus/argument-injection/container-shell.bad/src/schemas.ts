import { z } from "zod";

export const LogsInput = z.object({
  container: z.string().trim().min(1),
  tail: z.coerce.number().int().min(1).max(5000).default(100),
});

export const InspectInput = z.object({ container: z.string().trim().min(1) });
