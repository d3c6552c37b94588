import { v1 as uuid } from "uuid";

export class Handles {
  private readonly stateHandles = new Map<string, unknown>();
  keep(state: unknown) {
    const stateHandle = uuid();
    this.stateHandles.set(stateHandle, state);
    return stateHandle;
  }
}
