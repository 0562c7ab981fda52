type Kept<Thing> = { [Key in keyof Thing]?: Exclude<Thing[Key], null | undefined> };

/** Without the fields that say nothing: undefined, null and "". For searches of the URL. */
export function compact<Thing extends object>(thing: Thing): Kept<Thing> {
  return Object.fromEntries(
    Object.entries(thing).filter(
      ([, value]) => value !== undefined && value !== null && value !== "",
    ),
  ) as Kept<Thing>;
}
