export function identifier(name: string): string {
  return "`" + name.trim() + "`";
}
