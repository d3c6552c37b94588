export class NoteBook {
  private notes: string[] = [];
  add(text: string): number {
    return this.notes.push(text);
  }
  all(): string[] {
    return [...this.notes];
  }
}
