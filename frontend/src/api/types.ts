import type { components, paths } from "@/api/schema";

/** A shape of the API by its name: `Schema<"CrewRead">`. */
export type Schema<Name extends keyof components["schemas"]> = components["schemas"][Name];

type JsonOf<Response> = Response extends { content: { "application/json": infer Body } }
  ? Body
  : never;

type ReadOf<Path extends keyof paths> = paths[Path] extends {
  get: { responses: { 200: infer Answer } };
}
  ? JsonOf<Answer>
  : never;

/** Paths that answer `{items, next_cursor}`. */
export type ListPath = {
  [Path in keyof paths]: ReadOf<Path> extends { items: unknown[]; next_cursor?: string | null }
    ? Path
    : never;
}[keyof paths];

export type ItemOf<Path extends ListPath> =
  ReadOf<Path> extends { items: (infer Item)[] } ? Item : never;

type Get<Path extends ListPath> = paths[Path] extends { get: infer Operation } ? Operation : never;

/** What a list may be asked for, beside the page. */
export type FiltersOf<Path extends ListPath> =
  Get<Path> extends { parameters: { query?: infer Query } }
    ? Omit<NonNullable<Query>, "cursor" | "limit">
    : never;

export type PlaceOf<Path extends ListPath> =
  Get<Path> extends { parameters: { path: infer Place } } ? Place : undefined;
