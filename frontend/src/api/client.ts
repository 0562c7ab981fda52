import createFetchClient, { type Middleware } from "openapi-fetch";
import createQueryHooks from "openapi-react-query";
import { groupHeaders } from "@/api/group";
import { Problem } from "@/api/problem";
import type { paths } from "@/api/schema";

const forOurGroup: Middleware = {
  onRequest({ request }) {
    for (const [name, value] of Object.entries(groupHeaders())) request.headers.set(name, value);
    return request;
  },
};

const throwProblems: Middleware = {
  async onResponse({ response }) {
    if (!response.ok) throw await Problem.from(response);
  },
};

/** The one way to the API. Whatever is no success is thrown as a Problem. */
export const api = createFetchClient<paths>({
  baseUrl: window.location.origin,
  credentials: "same-origin",
  // Looked up at each call: tests put their own in its place.
  fetch: (request) => globalThis.fetch(request),
});
api.use(forOurGroup, throwProblems);

/** The same as hooks: `$api.useQuery("get", "/api/v1/crews/{id}", { params: { path: { id } } })`. */
export const $api = createQueryHooks(api);
