import { handlers, definitions } from "./definitions.js";

export class Registry {
  constructor(private readonly readOnly: boolean) {}

  visibleDefinitions() {
    if (this.readOnly) {
      return definitions.filter((one) => one.annotations?.readOnlyHint);
    }
    return definitions;
  }

  async execute(name: string, args: unknown) {
    if (!this.visibleDefinitions().some((one) => one.name === name)) throw new Error(`unknown tool ${name}`);
    return handlers[name](args);
  }
}
