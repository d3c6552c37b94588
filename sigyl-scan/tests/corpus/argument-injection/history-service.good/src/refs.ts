const REF = /^[A-Za-z0-9][A-Za-z0-9._\/-]{0,120}$/;

export function isRef(text: string): boolean {
  return REF.test(text);
}
