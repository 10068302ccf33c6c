/** Whether what was typed or pasted is a web address rather than words of a title. */
export function looksLikeAddress(text: string): boolean {
  return /^\s*https?:\/\/\S+\s*$/i.test(text);
}
