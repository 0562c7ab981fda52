/** For Idempotency-Key: a call that is sent again with it has one effect. */
export function onceKey(): string {
  // Not randomUUID: it is missing where the page came over plain HTTP from another machine.
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
