/** How long anything may take to appear, in milliseconds. Generous: nothing waits longer than it has to. */
export const PATIENCE = 20_000;

/** Asks again and again until `condition` answers something, and answers that. Errors count as "not yet". */
export async function until(condition, what, patience = PATIENCE) {
  const end = Date.now() + patience;
  let last;
  for (;;) {
    try {
      const found = await condition();
      if (found) return found;
    } catch (error) {
      last = error;
    }
    if (Date.now() > end) throw new Error(`waited in vain for ${what}`, { cause: last });
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
