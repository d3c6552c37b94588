import { z } from "zod";

const CONTAINER = /^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/;

export const isContainerName = (name: string): boolean => CONTAINER.test(name);

export const containerName = z.string().trim().min(1).refine((value) => isContainerName(value), { message: "invalid container name" });
