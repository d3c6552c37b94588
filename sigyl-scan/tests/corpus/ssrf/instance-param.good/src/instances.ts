export const INSTANCES = {
  main: "forge.example.com",
  labs: "labs.forge.example.com",
} as const;

export type InstanceName = keyof typeof INSTANCES;
