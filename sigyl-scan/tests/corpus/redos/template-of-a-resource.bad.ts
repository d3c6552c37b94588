export class Template {
  private readonly parts: Array<{ name: string; exploded: boolean }> = [];

  constructor(private readonly template: string) {
    for (const found of template.matchAll(/\{([^}]+)\}/g)) {
      this.parts.push({ name: found[1], exploded: found[1].endsWith("*") });
    }
  }

  private patternOf(part: { exploded: boolean }): string {
    return part.exploded ? "([^/]+(?:,[^/]+)*)" : "([^/,]+)";
  }

  match(uri: string): string[] | null {
    let pattern = "^";
    for (const part of this.parts) {
      pattern += this.patternOf(part);
    }
    pattern += "$";
    const match = uri.match(new RegExp(pattern));
    return match ? match.slice(1) : null;
  }
}
