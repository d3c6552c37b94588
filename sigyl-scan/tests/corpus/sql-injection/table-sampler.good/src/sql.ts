export const ident = (name: string): string => `"${name.replace(/"/g, '""')}"`;
