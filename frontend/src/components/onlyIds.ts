import { notFound } from "@tanstack/react-router";

const ID = /^[0-9a-f-]{36}$/i;

/** For `beforeLoad` of a screen of one thing: no such thing is asked for by an address that holds no id. */
export function onlyIds({ params }: { params: { id: string } }): void {
  if (!ID.test(params.id)) throw notFound();
}
