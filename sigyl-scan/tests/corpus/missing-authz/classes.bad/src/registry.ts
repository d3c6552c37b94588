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
    const handler = handlers[name];
    if (!handler) throw new Error(`unknown tool ${name}`);
    return handler(args);
  }
}
